-- The newest year and the one before it, so that a change can be told: one row per area, crime type and year.
select
    lsoa_code,
    crime_type,
    year_ending,
    crimes
from {{ ref('int_area_years_counted') }}
