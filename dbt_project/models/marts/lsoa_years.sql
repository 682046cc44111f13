-- The newest year and the one before it, so that a change can be told: one row per area, crime type and year.
select
    counted.lsoa_code,
    counted.crime_type,
    counted.year_ending,
    counted.year_ending = periods.year_ending as is_current,
    {{ year_label('counted.year_ending') }} as period_label,
    counted.crimes
from {{ ref('int_area_years_counted') }} as counted
cross join {{ ref('int_years_chosen') }} as periods
