-- Residents per area code and mid-year, of whichever year of codes they were published for.
with published as (
    select
        lsoa_code,
        population_year,
        residents,
        1 as preference
    from {{ ref('stg_ons__populations') }}
    union all
    select
        lsoa_code,
        population_year,
        residents,
        2 as preference
    from {{ ref('stg_ons__populations_by_year') }}
    union all
    select
        lsoa_code,
        population_year,
        residents,
        3 as preference
    from {{ ref('stg_ons__populations_before') }}
    union all
    select
        lsoa11_code as lsoa_code,
        2011 as population_year,
        residents,
        4 as preference
    from {{ ref('stg_ons__densities_2011') }}
)

select
    lsoa_code,
    population_year,
    residents
from published
where residents is not null and population_year is not null
qualify row_number() over (partition by lsoa_code, population_year order by preference) = 1
