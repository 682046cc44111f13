-- All areas together, month by month; per day too, because a month has 28 to 31 days.
select
    month,
    crime_type,
    sum(crimes)::bigint as crimes,
    sum(crimes) / day(last_day(month))::double as crimes_per_day
from {{ ref('lsoa_crimes') }}
group by month, crime_type
