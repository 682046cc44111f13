-- Residents and density of the newest mid-year, and the change over the ten years before it. Figures for areas of 2011 count
-- where the data set counts in these.
with areas as (
    select
        lsoa_code,
        lsoa_vintage
    from {{ ref('int_areas_chosen') }}
),

published as (
    select
        lsoa_code,
        population_year,
        area_km2,
        residents,
        people_per_km2,
        1 as preference,
        null as vintage
    from {{ ref('stg_ons__populations') }}
    union all
    select
        lsoa_code,
        population_year,
        null as area_km2,
        residents,
        null as people_per_km2,
        2 as preference,
        null as vintage
    from {{ ref('stg_ons__populations_by_year') }}
    union all
    select
        lsoa_code,
        population_year,
        area_km2,
        residents,
        people_per_km2,
        3 as preference,
        null as vintage
    from {{ ref('stg_ons__populations_before') }}
    union all
    select
        lsoa11_code as lsoa_code,
        2011 as population_year,
        area_hectares / 100 as area_km2,
        residents,
        people_per_hectare * 100 as people_per_km2,
        4 as preference,
        '2011' as vintage
    from {{ ref('stg_ons__densities_2011') }}
    union all
    select
        lsoa11_code as lsoa_code,
        unnest([2003, 2013]) as population_year,
        area_hectares / 100 as area_km2,
        unnest([residents_2003, residents_2013]) as residents,
        unnest([null, residents_2013 / nullif(area_hectares, 0) * 100]) as people_per_km2,
        5 as preference,
        '2011' as vintage
    from {{ ref('stg_gla__atlas_areas') }}
),

populations as (
    select published.*
    from published
    inner join areas on published.lsoa_code = areas.lsoa_code
    where published.vintage is null or published.vintage = areas.lsoa_vintage
    qualify row_number() over (partition by published.lsoa_code, published.population_year order by published.preference) = 1
),

newest as (
    select *
    from populations
    where population_year = (select max(latest.population_year) from populations as latest)
)

select
    newest.lsoa_code,
    newest.population_year,
    newest.area_km2,
    newest.residents,
    newest.people_per_km2,
    {{ percentage('newest.residents - earlier.residents', 'earlier.residents') }} as population_change_pct
from newest
left join populations as earlier
    on newest.lsoa_code = earlier.lsoa_code and newest.population_year = earlier.population_year + 10
