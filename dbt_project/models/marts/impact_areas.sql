select
    scenario,
    crime_type,
    lsoa_code,
    rank,
    predicted,
    predicted_changed,
    change_crimes,
    change_pct,
    feature_before,
    feature_after,
    is_outside_support,
    note
from {{ source('models', 'impact_areas') }}
