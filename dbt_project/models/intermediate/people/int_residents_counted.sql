-- Residents and density in the chosen year and the one before it, and the ten-year change: at the mid-year within the twelve
-- months, else the nearest that half of the areas have. Figures for areas of 2011 are used if the data set uses those areas.
with published as (
    select * from {{ ref('int_populations_joined') }}
    union all
    select
        lsoa11_code as lsoa_code,
        unnest([2003, 2013]) as population_year,
        area_hectares / 100 as area_km2,
        unnest([residents_2003, residents_2013]) as residents,
        unnest([null, residents_2013 / nullif(area_hectares, 0) * 100]) as people_per_km2,
        '2011' as vintage,
        5 as preference
    from {{ ref('stg_gla__atlas_areas') }}
),

populations as (
    select published.*
    from published
    inner join {{ ref('int_areas_chosen') }} as areas on published.lsoa_code = areas.lsoa_code
    where published.vintage is null or published.vintage = areas.lsoa_vintage
    qualify row_number() over (partition by published.lsoa_code, published.population_year order by published.preference) = 1
),

estimates as (
    select population_year
    from populations
    where residents is not null
    group by population_year
    qualify 2 * count(*) >= max(count(*)) over ()
),

years as (
    select
        year_ending,
        true as is_current,
        year(first_month + interval 5 month) as mid_year
    from {{ ref('int_years_chosen') }}
    union all
    select
        cast(year_ending - interval 1 year as date) as year_ending,
        false as is_current,
        year(first_month - interval 7 month) as mid_year
    from {{ ref('int_years_chosen') }}
),

years_counted as (
    select
        years.*,
        estimates.population_year
    from years
    cross join estimates
    qualify
        row_number() over (
            partition by years.year_ending
            order by abs(estimates.population_year - years.mid_year), estimates.population_year
        ) = 1
)

select
    counted.lsoa_code,
    years_counted.year_ending,
    years_counted.is_current,
    counted.population_year,
    counted.area_km2,
    counted.residents,
    counted.people_per_km2,
    {{ percentage('counted.residents - earlier.residents', 'earlier.residents') }} as population_change_pct
from years_counted
inner join populations as counted on years_counted.population_year = counted.population_year
left join populations as earlier
    on counted.lsoa_code = earlier.lsoa_code and counted.population_year = earlier.population_year + 10
