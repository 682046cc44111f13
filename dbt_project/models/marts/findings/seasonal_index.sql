-- Calendar months relative to the usual month: crimes per day over the centred twelve-month mean (2 x 12), by classical
-- decomposition; complete years only. The median over years is used, so that months of lockdown count as single years. Source:
-- Hyndman and Athanasopoulos (2021), Forecasting: principles and practice, 3rd edition, 3.3 and 3.4.
with series as (
    select
        'small areas' as counted_from,
        crime_type,
        month,
        crimes_per_day
    from {{ ref('city_months') }}
    where crimes is not null
    union all
    select
        'borough files' as counted_from,
        crime_type,
        month,
        sum(crimes) / day(last_day(month))::double as crimes_per_day
    from {{ ref('borough_history') }}
    where is_complete
    group by crime_type, month
),

smoothed as (
    select
        *,
        case
            when count(crimes_per_day) over year = 13
                then
                    sum(crimes_per_day) over year / 12
                    - (first_value(crimes_per_day) over year + last_value(crimes_per_day) over year) / 24
        end as usual
    from series
    window year as (
        partition by counted_from, crime_type order by month
        range between interval 6 months preceding and interval 6 months following
    )
),

ratios as (
    select
        *,
        month(month) as calendar_month,
        crimes_per_day / usual as ratio,
        row_number() over (partition by counted_from, crime_type, month(month) order by month desc) as year_back
    from smoothed
    where usual > 0
),

counted as (
    select
        counted_from,
        crime_type,
        calendar_month,
        count(*) as years
    from ratios
    group by counted_from, crime_type, calendar_month
),

years as (
    select
        counted_from,
        crime_type,
        min(years) as years
    from counted
    group by counted_from, crime_type
    having count(*) = 12
),

medians as (
    select
        ratios.counted_from,
        ratios.crime_type,
        ratios.calendar_month,
        median(ratios.ratio) as ratio,
        min(ratios.ratio) as lowest,
        max(ratios.ratio) as highest,
        years.years,
        min(ratios.month) as first_month,
        max(ratios.month) as last_month
    from ratios
    inner join years
        on ratios.counted_from = years.counted_from and ratios.crime_type = years.crime_type and ratios.year_back <= years.years
    group by ratios.counted_from, ratios.crime_type, ratios.calendar_month, years.years
)

select
    counted_from,
    crime_type,
    calendar_month,
    strftime(make_date(2000, calendar_month, 1), '%B') as month_name,
    -- The order of a sum changes its last digits.
    round(ratio / avg(ratio) over series, 6) as seasonal_index,
    round(lowest / avg(ratio) over series, 6) as lowest,
    round(highest / avg(ratio) over series, 6) as highest,
    years,
    min(first_month) over series as first_month,
    max(last_month) over series as last_month
from medians
window series as (partition by counted_from, crime_type)
order by counted_from, crime_type, calendar_month
