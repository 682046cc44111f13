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
from {{ ref('stg_models__impact_areas') }}
