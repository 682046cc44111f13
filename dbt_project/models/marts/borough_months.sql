-- Boroughs month by month; a borough is known only where all its areas are. Per day too, because a month has 28 to 31 days.
select
    lsoas.borough_code,
    min(lsoas.borough_name) as borough_name,
    crimes.crime_type,
    crimes.month,
    case when count(crimes.crimes) = count(*) then sum(crimes.crimes) end as crimes,
    case when count(crimes.crimes) = count(*) then sum(crimes.crimes) / day(last_day(crimes.month))::double end as crimes_per_day
from {{ ref('lsoa_crimes') }} as crimes
inner join {{ ref('lsoas') }} as lsoas on crimes.lsoa_code = lsoas.lsoa_code
group by lsoas.borough_code, crimes.crime_type, crimes.month
