-- The areas that were reported in every month, together, month by month; per day too, because a month has 28 to 31 days. An
-- area that comes or goes would look like a change of crime.
with crimes as (
    select
        lsoa_code,
        month,
        crime_type,
        crimes
    from {{ ref('lsoa_crimes') }}
    where crimes is not null
),

months as (
    select
        crime_type,
        count(distinct month) as months
    from crimes
    group by crime_type
),

steady as (
    select
        crimes.lsoa_code,
        crimes.crime_type
    from crimes
    inner join months on crimes.crime_type = months.crime_type
    group by crimes.lsoa_code, crimes.crime_type, months.months
    having count(*) = months.months
)

select
    crimes.month,
    crimes.crime_type,
    round(sum(crimes.crimes))::bigint as crimes,
    sum(crimes.crimes) / day(last_day(crimes.month))::double as crimes_per_day
from crimes
inner join steady on crimes.lsoa_code = steady.lsoa_code and crimes.crime_type = steady.crime_type
group by crimes.month, crimes.crime_type
