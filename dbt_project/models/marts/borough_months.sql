-- Boroughs month by month, and whose figures they are; a borough is known only where all its areas are. Per day too, because a
-- month has 28 to 31 days.
with counted as (
    select
        lsoas.borough_code,
        min(lsoas.borough_name) as borough_name,
        crimes.crime_type,
        crimes.month,
        min(reported.force) as force,
        case when count(crimes.crimes) = count(*) then sum(crimes.crimes) end as crimes
    from {{ ref('lsoa_crimes') }} as crimes
    inner join {{ ref('lsoas') }} as lsoas on crimes.lsoa_code = lsoas.lsoa_code
    inner join {{ ref('int_areas_reported') }} as reported
        on crimes.lsoa_code = reported.lsoa_code and crimes.month = reported.month
    group by lsoas.borough_code, crimes.crime_type, crimes.month
)

select
    counted.borough_code,
    counted.borough_name,
    counted.crime_type,
    counted.month,
    counted.force,
    counted.crimes,
    counted.crimes / day(last_day(counted.month))::double as crimes_per_day,
    case when count(counted.crimes) over year = 12 then sum(counted.crimes) over year end as crimes_12_months,
    case
        when count(counted.crimes) over year = 12
            then sum(counted.crimes) over year / sum(day(last_day(counted.month))) over year
    end as crimes_per_day_12_months,
    counted.crimes / day(last_day(counted.month))
    / nullif(avg(counted.crimes / day(last_day(counted.month))) over borough, 0) as ratio_to_mean,
    coalesce(coverage.is_provisional, false) as is_provisional
from counted
left join {{ ref('coverage') }} as coverage on counted.force = coverage.force and counted.month = coverage.month
window
    borough as (partition by counted.borough_code, counted.crime_type),
    year as (
        partition by counted.borough_code, counted.crime_type order by counted.month
        range between interval 11 months preceding and current row
    )
