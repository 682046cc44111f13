-- The sum by month of the areas that were reported in every month, because an area that comes or goes would look like a change
-- of crime; also per day, because a month has 28 to 31 days. There is no sum if fewer than half of the areas of any type and
-- month are reported: otherwise, without the main force, the other force's areas would be called the city.
with months as (
    select
        crime_type,
        month,
        count(crimes) as areas_reported,
        count(*) as of_areas,
        2 * count(crimes) >= max(count(crimes)) over () as is_summed
    from {{ ref('lsoa_crimes') }}
    group by crime_type, month
),

steady as (
    select
        crimes.lsoa_code,
        crimes.crime_type
    from {{ ref('lsoa_crimes') }} as crimes
    inner join months on crimes.crime_type = months.crime_type and crimes.month = months.month
    where months.is_summed
    group by crimes.lsoa_code, crimes.crime_type
    having count(crimes.crimes) = count(*)
),

summed as (
    select
        cells.month,
        cells.crime_type,
        count(*) as areas,
        sum(cells.crimes) as crimes,
        {{ month_flags('cells') }}
    from {{ ref('lsoa_crimes') }} as cells
    inner join steady on cells.lsoa_code = steady.lsoa_code and cells.crime_type = steady.crime_type
    group by cells.month, cells.crime_type
),

counted as (
    select
        months.month,
        months.crime_type,
        months.of_areas,
        case when months.is_summed then coalesce(summed.areas, 0) else months.areas_reported end as areas,
        case when months.is_summed then summed.crimes end as crimes,
        months.is_summed and coalesce(summed.is_complete, false) as is_complete,
        months.is_summed and coalesce(summed.is_provisional, false) as is_provisional,
        summed.recording_break
    from months
    left join summed on months.crime_type = summed.crime_type and months.month = summed.month
)

select
    month,
    crime_type,
    areas::integer as areas,
    of_areas::integer as of_areas,
    round(crimes)::bigint as crimes,
    crimes / day(last_day(month))::double as crimes_per_day,
    case when count(crimes) over year = 12 then sum(crimes) over year / sum(day(last_day(month))) over year end
        as crimes_per_day_12_months,
    is_complete,
    is_provisional,
    recording_break
from counted
window
    year as (partition by crime_type order by month range between interval 11 months preceding and current row)
