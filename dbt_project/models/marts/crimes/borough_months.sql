-- Boroughs by month, and the force of the figures; a borough is known only if all its areas are. Also per day, because a month
-- has 28 to 31 days.
with counted as (
    select
        lsoas.borough_code,
        min(lsoas.borough_name) as borough_name,
        cells.crime_type,
        cells.month,
        min(reported.force) as force,
        count(cells.crimes)::integer as areas,
        count(*)::integer as of_areas,
        case when count(cells.crimes) = count(*) then sum(cells.crimes) end as crimes,
        {{ month_flags('cells') }}
    from {{ ref('lsoa_crimes') }} as cells
    inner join {{ ref('lsoas') }} as lsoas on cells.lsoa_code = lsoas.lsoa_code
    inner join {{ ref('int_areas_reported') }} as reported
        on cells.lsoa_code = reported.lsoa_code and cells.month = reported.month
    group by lsoas.borough_code, cells.crime_type, cells.month
)

select
    borough_code,
    borough_name,
    crime_type,
    month,
    force,
    areas,
    of_areas,
    crimes,
    crimes / day(last_day(month))::double as crimes_per_day,
    case when count(crimes) over year = 12 then sum(crimes) over year end as crimes_12_months,
    case when count(crimes) over year = 12 then sum(crimes) over year / sum(day(last_day(month))) over year end
        as crimes_per_day_12_months,
    crimes / day(last_day(month)) / nullif(avg(crimes / day(last_day(month))) over borough, 0) as ratio_to_mean,
    is_complete,
    is_provisional,
    recording_break
from counted
window
    borough as (partition by borough_code, crime_type),
    year as (partition by borough_code, crime_type order by month range between interval 11 months preceding and current row)
