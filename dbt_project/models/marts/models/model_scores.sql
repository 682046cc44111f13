with scores as (
    select * from {{ source('models', 'explain_scores') }}
    union all
    select * from {{ source('models', 'forecast_year_scores') }}
    union all
    select * from {{ source('models', 'forecast_month_scores') }}
    union all
    select * from {{ source('models', 'evaluation_scores') }}
)

-- Models name a borough's score by its code: coverage_90_E09000002.
select
    crime_type,
    model,
    split,
    regexp_replace(metric, '_[A-Z][0-9]{8}$', '') as metric,
    nullif(regexp_extract(metric, '_([A-Z][0-9]{8})$', 1), '') as borough_code,
    value,
    baseline,
    baseline_value
from scores
