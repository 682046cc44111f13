select
    scenario,
    crime_type,
    sort_order,
    feature,
    reason
from {{ source('models', 'impact_unanswered') }}
