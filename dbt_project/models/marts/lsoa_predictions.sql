select
    lsoa_code,
    crime_type,
    model,
    period_start,
    period_end,
    actual,
    predicted,
    actual - predicted as residual,
    lower_90,
    upper_90
from {{ ref('stg_models__explain_predictions') }}
