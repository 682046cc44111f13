select
    crime_type,
    model,
    split,
    metric,
    value,
    baseline,
    baseline_value
from {{ ref('stg_models__explain_scores') }}
