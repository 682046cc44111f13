-- All findings for each area and crime type in the chosen year. Model results and tests of another year are from an earlier run
-- and are left out.
with counted as (
    select
        years.lsoa_code,
        years.crime_type,
        max(years.crimes) filter (where years.is_current) as crimes,
        max(years.crimes) filter (where not years.is_current) as crimes_before
    from {{ ref('lsoa_years') }} as years
    group by years.lsoa_code, years.crime_type
),

rated as (
    select
        lsoas.lsoa_code,
        lsoas.area_name,
        lsoas.borough_code,
        lsoas.borough_name,
        crime_types.crime_type,
        counted.crimes,
        counted.crimes_before,
        features.residents,
        features.residents_year,
        workers.workers as workers_msoa,
        {{ rate(
            'case when count(counted.crimes) over msoa = count(*) over msoa then sum(counted.crimes) over msoa end',
            'sum(features.residents) over msoa + workers.workers',
            1000
        ) }} as crimes_per_1000_people_msoa,
        features.area_km2,
        {{ rate('counted.crimes', 'features.residents', 1000) }} as crimes_per_1000,
        {{ rate('counted.crimes', 'features.area_km2') }} as crimes_per_km2,
        -- Equal counts may differ in their last digits if they are sums of fractions of crimes.
        round(counted.crimes, 6) as ranked
    from {{ ref('lsoas') }} as lsoas
    cross join {{ ref('crime_types') }} as crime_types
    inner join {{ ref('lsoa_features') }} as features on lsoas.lsoa_code = features.lsoa_code
    left join counted on lsoas.lsoa_code = counted.lsoa_code and crime_types.crime_type = counted.crime_type
    left join {{ ref('int_workers_counted') }} as workers on lsoas.msoa_code = workers.place_code
    window msoa as (
        partition by lsoas.msoa_code, crime_types.crime_type
        order by lsoas.lsoa_code rows between unbounded preceding and unbounded following
    )
),

explained as (
    select * from {{ ref('lsoa_predictions') }}
    where model = 'explain' and is_current
),

forecasts as (
    -- A forecast of the newest year, made as a test, is current too.
    select predictions.*
    from {{ ref('lsoa_predictions') }} as predictions
    inner join {{ ref('int_years_chosen') }} as periods on predictions.period_start > periods.year_ending
    where predictions.model = 'forecast_year'
),

hotspots as (
    select * from {{ ref('lsoa_hotspots') }}
    where is_current
)

select
    rated.lsoa_code,
    rated.area_name,
    rated.borough_code,
    rated.borough_name,
    rated.crime_type,
    periods.year_ending,
    periods.period_label,
    rated.crimes,
    rated.crimes_before,
    hotspots.change_pct,
    hotspots.change_direction,
    hotspots.is_clear_change,
    rated.residents,
    rated.residents_year,
    rated.area_km2,
    rated.crimes_per_1000,
    rated.workers_msoa,
    rated.crimes_per_1000_people_msoa,
    rated.crimes_per_km2,
    rated.crimes / nullif(avg(rated.crimes) over (partition by rated.crime_type), 0) as ratio_to_mean,
    case when rated.crimes is not null then rank() over in_city end as rank,
    hotspots.rank_lower_90,
    hotspots.rank_upper_90,
    case when rated.crimes is not null then rank() over in_borough end as rank_in_borough,
    hotspots.is_hot,
    hotspots.hotspot_class,
    explained.predicted,
    explained.lower_90,
    explained.upper_90,
    rated.crimes - explained.predicted as residual,
    forecasts.predicted as forecast,
    forecasts.lower_90 as forecast_lower_90,
    forecasts.upper_90 as forecast_upper_90,
    forecasts.published_as as forecast_published_as,
    {{ year_label('forecasts.period_end') }} as forecast_period_label
from rated
cross join {{ ref('int_years_chosen') }} as periods
left join explained on rated.lsoa_code = explained.lsoa_code and rated.crime_type = explained.crime_type
left join forecasts on rated.lsoa_code = forecasts.lsoa_code and rated.crime_type = forecasts.crime_type
left join hotspots on rated.lsoa_code = hotspots.lsoa_code and rated.crime_type = hotspots.crime_type
window
    in_city as (partition by rated.crime_type order by rated.ranked desc nulls last),
    in_borough as (partition by rated.crime_type, rated.borough_code order by rated.ranked desc nulls last)
