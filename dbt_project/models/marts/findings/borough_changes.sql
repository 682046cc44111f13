-- Boroughs, police forces that lists group them by, and the city in the chosen year: one row per crime type and place. The code
-- of a force is its name, that of the city 'city'.
with places as (
    select
        findings.*,
        unnest([findings.borough_code, boroughs.force_group, 'city']) as place_code
    from {{ ref('area_findings') }} as findings
    left join {{ ref('boroughs') }} as boroughs on findings.borough_code = boroughs.borough_code
),

ordered as (
    select
        *,
        -- A tenth of fewer than twenty areas is one or none.
        count(crimes) over place >= 20 and row_number() over (place order by crimes desc nulls last)
        <= round_even(0.1::double * count(crimes) over place, 0) as is_top_tenth,
        -- Recorded, predicted and forecast are summed over the same areas, or they could not be compared.
        crimes is not null or count(crimes) over place = 0 as is_compared
    from places
    where place_code is not null
    window place as (partition by place_code, crime_type)
),

sums as (
    select
        place_code,
        crime_type,
        any_value(year_ending) as year_ending,
        any_value(period_label) as period_label,
        min(borough_name) as borough_name,
        bool_and(place_code = borough_code) as is_borough,
        -- A borough has a rank only if all its areas are reported, and other places have none.
        is_borough and count(crimes) = count(*) as is_ranked,
        count(*) as areas,
        count(crimes) as areas_reported,
        -- Ordered, because otherwise sums of fractions differ in the last digit from build to build.
        sum(crimes order by lsoa_code) as crimes,
        count(*) filter (where crimes is not null and crimes_before is null) as areas_without_before,
        sum(crimes_before order by lsoa_code) filter (where crimes is not null) as crimes_before,
        sum(residents) filter (where crimes is not null) as residents,
        any_value(residents_year) as residents_year,
        {{ rate('sum(crimes order by lsoa_code) filter (where residents is not null)',
            'sum(residents) filter (where crimes is not null)', 1000) }} as crimes_per_1000,
        median(crimes) as median_crimes,
        median(crimes_per_1000) as median_per_1000,
        median(crimes_per_km2) as median_per_km2,
        {{ percentage('sum(crimes order by lsoa_code) filter (where is_top_tenth)',
            'sum(crimes order by lsoa_code)') }} as top_tenth_pct,
        count(is_clear_change) as areas_tested,
        count(*) filter (where is_clear_change and crimes > crimes_before) as areas_up,
        count(*) filter (where is_clear_change and crimes < crimes_before) as areas_down,
        count(hotspot_class) as areas_classed,
        count(*) filter (where hotspot_class = 'persistent') as areas_persistent,
        sum(predicted order by lsoa_code) filter (where is_compared) as predicted,
        sum(forecast order by lsoa_code) filter (where is_compared) as forecast,
        any_value(forecast_published_as) as forecast_published_as,
        any_value(forecast_period_label) as forecast_period_label
    from ordered
    group by place_code, crime_type
)

select
    sums.crime_type,
    sums.place_code,
    case
        when sums.place_code = 'city' then reported_places.place
        when sums.is_borough then sums.borough_name
        else sums.place_code
    end as place_name,
    case when sums.place_code = 'city' then 'city' when sums.is_borough then 'borough' else 'force' end as place_kind,
    sums.year_ending,
    sums.period_label,
    sums.areas,
    sums.areas_reported,
    sums.areas_reported = sums.areas as is_complete,
    sums.crimes,
    case when sums.areas_without_before = 0 then sums.crimes_before end as crimes_before,
    sums.residents,
    sums.residents_year,
    sums.crimes_per_1000,
    summed.workers,
    summed.workers_source,
    {{ rate('sums.crimes', 'sums.residents + summed.workers', 1000) }} as crimes_per_1000_people,
    sums.median_crimes,
    sums.median_per_1000,
    sums.median_per_km2,
    sums.top_tenth_pct,
    case when sums.is_ranked then rank() over by_crimes end as rank,
    case when sums.is_ranked and sums.crimes_per_1000 is not null then rank() over by_rate end as rate_rank,
    case when sums.is_ranked and crimes_per_1000_people is not null then rank() over by_people end as people_rank,
    case when sums.is_ranked then count(*) over ranks end as places_ranked,
    case when sums.is_ranked then {{ percentage('sums.crimes', 'sum(sums.crimes) over ranks') }} end as share_pct,
    changes.areas_compared,
    changes.crimes_compared_before,
    changes.crimes_compared,
    {{ percentage('changes.crimes_compared - changes.crimes_compared_before', 'changes.crimes_compared_before') }} as change_pct,
    changes.change_lower_95_pct,
    changes.change_upper_95_pct,
    changes.change_dispersion,
    changes.change_p_value,
    changes.change_q_value,
    changes.is_clear_change,
    case when sums.areas_tested > 0 then sums.areas_up end as areas_up,
    case when sums.areas_tested > 0 then sums.areas_down end as areas_down,
    case when sums.areas_classed > 0 then sums.areas_persistent end as areas_persistent,
    sums.predicted,
    sums.forecast,
    sums.forecast_published_as,
    sums.forecast_period_label
from sums
left join {{ ref('int_workers_summed') }} as summed
    on sums.crime_type = summed.crime_type and sums.place_code = summed.place_code
left join {{ ref('reported_places') }} as reported_places on sums.crime_type = reported_places.crime_type
left join {{ source('models', 'borough_changes') }} as changes
    on sums.place_code = changes.place_code and sums.crime_type = changes.crime_type
window
    ranks as (partition by sums.crime_type, sums.is_ranked),
    by_crimes as (ranks order by sums.crimes desc),
    by_rate as (ranks order by sums.crimes_per_1000 desc nulls last),
    by_people as (ranks order by {{ rate('sums.crimes', 'sums.residents + summed.workers', 1000) }} desc nulls last)
