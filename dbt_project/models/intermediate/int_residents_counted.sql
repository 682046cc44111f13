-- Residents and density of the newest mid-year, and the change over the ten years before it.
with populations as (
    select
        lsoa_code,
        population_year,
        area_km2,
        residents,
        people_per_km2
    from {{ ref('stg_ons__populations') }}
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
