-- Links and weights from published area codes to the areas of the data set: its own codes are kept, those of the other vintage
-- go through the exact-fit lookup. A count is divided by the residents of the same year (share_of_source), a mean is weighted
-- by those of each code (weight_in_area), evenly if they are not known. A year without an estimate uses the one before it, the
-- years before the first use the first: valid_from to valid_to.
with areas as (
    select
        lsoa_code,
        lsoa_vintage
    from {{ ref('int_areas_chosen') }}
),

both_ways as (
    select
        lsoa11_code as source_code,
        '2011' as source_vintage,
        lsoa_code
    from {{ ref('stg_ons__lsoa_links') }}
    union all
    select
        lsoa_code as source_code,
        '2021' as source_vintage,
        lsoa11_code as lsoa_code
    from {{ ref('stg_ons__lsoa_links') }}
),

-- All links of a code that leads to an area of the data set: a part outside takes its share with it.
crossings as (
    select both_ways.*
    from both_ways
    where
        both_ways.source_vintage != (select any_value(areas.lsoa_vintage) from areas)
        and both_ways.source_code in (
            select inside.source_code
            from both_ways as inside
            inner join areas on inside.lsoa_code = areas.lsoa_code
            where inside.source_vintage != areas.lsoa_vintage
        )
),

years as (
    select
        population_year,
        case when row_number() over (order by population_year) = 1 then 0 else population_year end as valid_from,
        coalesce(lead(population_year) over (order by population_year) - 1, 9999) as valid_to
    from (select distinct population_year from {{ ref('int_populations_joined') }})
),

spans as (
    select * from years
    union all
    select
        null as population_year,
        0 as valid_from,
        9999 as valid_to
    where not exists (select 1 from years)
),

-- Residents of the areas linked to a code; if one lacks an estimate, all have equal weights.
peopled as (
    select
        crossings.*,
        spans.valid_from,
        spans.valid_to,
        case
            when count(populations.residents) over parts = count(*) over parts and sum(populations.residents) over parts > 0
                then populations.residents::double
            else 1.0
        end as residents
    from crossings
    cross join spans
    left join {{ ref('int_populations_joined') }} as populations
        on crossings.lsoa_code = populations.lsoa_code and spans.population_year = populations.population_year
    window parts as (partition by crossings.source_vintage, crossings.source_code, spans.valid_from)
),

shared as (
    select
        *,
        residents / sum(residents) over (partition by source_vintage, source_code, valid_from) as share_of_source
    from peopled
),

-- A code's contribution to an area: its share, times its own residents if they are known for every code linked to the area.
brought as (
    select
        shared.* exclude (residents),
        shared.share_of_source * case
            when count(populations.residents) over parts = count(*) over parts and sum(populations.residents) over parts > 0
                then populations.residents::double
            else 1.0
        end as residents
    from shared
    inner join areas on shared.lsoa_code = areas.lsoa_code
    left join spans on shared.valid_from = spans.valid_from
    left join {{ ref('int_populations_joined') }} as populations
        on shared.source_code = populations.lsoa_code and spans.population_year = populations.population_year
    window parts as (partition by shared.lsoa_code, shared.valid_from)
)

select
    lsoa_code as source_code,
    lsoa_vintage as source_vintage,
    lsoa_code,
    0 as valid_from,
    9999 as valid_to,
    1.0::double as share_of_source,
    1.0::double as weight_in_area
from areas
union all
select
    source_code,
    source_vintage,
    lsoa_code,
    valid_from,
    valid_to,
    share_of_source,
    residents / sum(residents) over (partition by lsoa_code, valid_from) as weight_in_area
from brought
