select
    scenario,
    crime_type,
    lsoa_code,
    rank,
    predicted,
    predicted_changed,
    change_pct
from {{ ref('stg_models__impact_areas') }}
