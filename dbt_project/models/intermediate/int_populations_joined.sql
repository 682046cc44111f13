-- Residents per area code and mid-year, of whichever year of codes they were published for.
with published as (
    select
        lsoa_code,
        population_year,
        residents,
        1 as preference
    from {{ ref('stg_ons__populations') }}
)

select
    lsoa_code,
    population_year,
    residents
from published
where residents is not null and population_year is not null
qualify row_number() over (partition by lsoa_code, population_year order by preference) = 1
