-- Boroughs month by month, and whose figures they are; a borough is known only where all its areas are. Per day too, because a
-- month has 28 to 31 days.
select
    lsoas.borough_code,
    min(lsoas.borough_name) as borough_name,
    crimes.crime_type,
    crimes.month,
    min(reported.force) as force,
    case when count(crimes.crimes) = count(*) then sum(crimes.crimes) end as crimes,
    case when count(crimes.crimes) = count(*) then sum(crimes.crimes) / day(last_day(crimes.month))::double end as crimes_per_day
from {{ ref('lsoa_crimes') }} as crimes
inner join {{ ref('lsoas') }} as lsoas on crimes.lsoa_code = lsoas.lsoa_code
inner join {{ ref('int_areas_reported') }} as reported
    on crimes.lsoa_code = reported.lsoa_code and crimes.month = reported.month
group by lsoas.borough_code, crimes.crime_type, crimes.month
