-- One row: the year that is shown, its first month, the month that ended the year before, and its name.
select
    first_month,
    year_ending,
    cast(year_ending - interval 1 year as date) as before_ending,
    {{ year_label('year_ending') }} as period_label
from {{ ref('int_years_chosen') }}
