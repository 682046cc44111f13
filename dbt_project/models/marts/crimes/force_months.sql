-- Police forces by month: the sum of their boroughs, known only if all of them are. Also per day, because a month has 28 to 31
-- days, and of twelve months, beside the twelve before.
with counted as (
    select
        boroughs.force,
        months.crime_type,
        months.month,
        count(*)::integer as boroughs,
        count(months.crimes)::integer as boroughs_reported,
        case when count(months.crimes) = count(*) then sum(months.crimes order by months.borough_code) end as crimes,
        case when count(boroughs.residents) = count(*) then sum(boroughs.residents)::bigint end as residents,
        {{ month_flags('months') }}
    from {{ ref('borough_months') }} as months
    inner join {{ ref('boroughs') }} as boroughs on months.borough_code = boroughs.borough_code
    group by boroughs.force, months.crime_type, months.month
),

summed as (
    select
        *,
        case when count(crimes) over year = 12 then sum(crimes) over year end as crimes_12_months,
        sum(day(last_day(month))) over year as days_in_year
    from counted
    window
        year as (partition by force, crime_type order by month range between interval 11 months preceding and current row)
)

select
    force,
    crime_type,
    month,
    boroughs,
    boroughs_reported,
    crimes,
    crimes / day(last_day(month))::double as crimes_per_day,
    crimes_12_months,
    max(crimes_12_months) over year_before as crimes_12_months_before,
    crimes_12_months / days_in_year as crimes_per_day_12_months,
    {{ rate('crimes_12_months', 'residents', 1000) }} as crimes_per_1000_12_months,
    is_complete,
    is_provisional,
    recording_break
from summed
window
    year_before as (
        partition by force, crime_type order by month range between interval 12 months preceding and interval 12 months preceding
    )
order by force, crime_type, month
