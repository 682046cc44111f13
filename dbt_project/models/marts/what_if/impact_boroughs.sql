-- What-ifs in each borough, over its areas that were chosen for them. Fewer than five represent these areas, not their borough.
with sums as (
    select
        impacts.scenario,
        impacts.crime_type,
        lsoas.borough_code,
        min(lsoas.borough_name) as borough_name,
        count(*) as areas,
        sum(impacts.predicted order by impacts.lsoa_code) as predicted,
        sum(impacts.predicted_changed order by impacts.lsoa_code) as predicted_changed
    from {{ ref('impact_areas') }} as impacts
    inner join {{ ref('lsoas') }} as lsoas on impacts.lsoa_code = lsoas.lsoa_code
    group by impacts.scenario, impacts.crime_type, lsoas.borough_code
    having count(*) >= 5 and sum(impacts.predicted) > 0
)

select
    sums.scenario,
    sums.crime_type,
    sums.borough_code,
    sums.borough_name,
    city.feature,
    city.kind,
    city.change,
    sums.areas,
    sums.predicted,
    sums.predicted_changed,
    {{ percentage('sums.predicted_changed - sums.predicted', 'sums.predicted') }} as change_pct,
    ranges.lower_90,
    ranges.upper_90,
    city.sum_change_pct as city_change_pct,
    city.lower_90 as city_lower_90,
    city.upper_90 as city_upper_90
from sums
inner join {{ ref('impact_summary') }} as city
    on sums.scenario = city.scenario and sums.crime_type = city.crime_type
left join {{ source('models', 'impact_boroughs') }} as ranges
    on
        sums.scenario = ranges.scenario
        and sums.crime_type = ranges.crime_type
        and sums.borough_code = ranges.borough_code
