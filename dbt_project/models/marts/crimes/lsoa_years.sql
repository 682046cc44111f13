-- The newest year and the one before it, to compute changes: one row per area, crime type and year. A rate uses the residents
-- of its own year.
select
    counted.lsoa_code,
    counted.crime_type,
    counted.year_ending,
    counted.year_ending = periods.year_ending as is_current,
    {{ year_label('counted.year_ending') }} as period_label,
    counted.crimes,
    residents.residents::double as residents,
    residents.population_year::integer as residents_year,
    {{ rate('counted.crimes', 'residents.residents', 1000) }} as crimes_per_1000
from {{ ref('int_area_years_counted') }} as counted
cross join {{ ref('int_years_chosen') }} as periods
left join {{ ref('int_residents_counted') }} as residents
    on counted.lsoa_code = residents.lsoa_code and counted.year_ending = residents.year_ending
