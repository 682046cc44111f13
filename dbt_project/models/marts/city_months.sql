-- The areas that were reported in every month, together, month by month; per day too, because a month has 28 to 31 days. An
-- area that comes or goes would look like a change of crime. A month in which under half of the areas were reported is none of
-- the city's: without the main force's month the other force's areas alone would be left.
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
        month
    from crimes
    group by crime_type, month
    qualify count(*) >= max(count(*)) over (partition by crime_type) / 2
),

months_counted as (
    select
        *,
        count(*) over (partition by crime_type) as months
    from months
),

steady as (
    select
        crimes.lsoa_code,
        crimes.crime_type
    from crimes
    inner join months_counted as months on crimes.crime_type = months.crime_type and crimes.month = months.month
    group by crimes.lsoa_code, crimes.crime_type, months.months
    having count(*) = months.months
),

summed as (
    select
        crimes.month,
        crimes.crime_type,
        sum(crimes.crimes) as crimes
    from crimes
    inner join steady on crimes.lsoa_code = steady.lsoa_code and crimes.crime_type = steady.crime_type
    inner join months on crimes.crime_type = months.crime_type and crimes.month = months.month
    group by crimes.month, crimes.crime_type
)

select
    month,
    crime_type,
    round(crimes)::bigint as crimes,
    crimes / day(last_day(month))::double as crimes_per_day,
    case when count(*) over year = 12 then sum(crimes) over year / sum(day(last_day(month))) over year end
        as crimes_per_day_12_months
from summed
window
    year as (partition by crime_type order by month range between interval 11 months preceding and current row)
