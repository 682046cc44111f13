-- Residents per area code and mid-year, for codes of either vintage; vintage is set if the code is of one only.
with published as (
    select
        lsoa_code,
        population_year,
        area_km2,
        residents,
        people_per_km2,
        null as vintage,
        1 as preference
    from {{ ref('stg_ons__populations') }}
    union all
    select
        lsoa_code,
        population_year,
        null as area_km2,
        residents,
        null as people_per_km2,
        null as vintage,
        2 as preference
    from {{ ref('stg_ons__populations_by_year') }}
    union all
    select
        lsoa_code,
        population_year,
        area_km2,
        residents,
        people_per_km2,
        null as vintage,
        3 as preference
    from {{ ref('stg_ons__populations_before') }}
    union all
    select
        lsoa11_code as lsoa_code,
        2011 as population_year,
        area_hectares / 100 as area_km2,
        residents,
        people_per_hectare * 100 as people_per_km2,
        '2011' as vintage,
        4 as preference
    from {{ ref('stg_ons__densities_2011') }}
)

select *
from published
where residents is not null and population_year is not null
qualify row_number() over (partition by lsoa_code, population_year order by preference) = 1
