select
    impacts.scenario,
    impacts.crime_type,
    impacts.lsoa_code,
    lsoas.area_name,
    impacts.rank,
    impacts.predicted,
    impacts.predicted_changed,
    impacts.change_crimes,
    impacts.change_pct,
    impacts.feature_before,
    impacts.feature_after,
    impacts.is_outside_support,
    impacts.note
from {{ source('models', 'impact_areas') }} as impacts
left join {{ ref('lsoas') }} as lsoas on impacts.lsoa_code = lsoas.lsoa_code
