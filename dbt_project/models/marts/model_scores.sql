with scores as (
    select * from {{ source('models', 'explain_scores') }}
    union all
    select * from {{ source('models', 'forecast_year_scores') }}
    union all
    select * from {{ source('models', 'forecast_month_scores') }}
    union all
    select * from {{ source('models', 'evaluation_scores') }}
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
