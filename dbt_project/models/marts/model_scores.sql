with scores as (
    select * from {{ ref('stg_models__explain_scores') }}
    union all
    select * from {{ ref('stg_models__forecast_year_scores') }}
    union all
    select * from {{ ref('stg_models__forecast_month_scores') }}
    union all
    select * from {{ ref('stg_models__evaluation_scores') }}
)

select
    crime_type,
    model,
    split,
    metric,
    value,
    baseline,
    baseline_value
from scores
