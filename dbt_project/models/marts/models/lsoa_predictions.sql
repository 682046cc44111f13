with explained as (
    select
        lsoa_code,
        crime_type,
        model,
        'ensemble' as published_as,
        period_start,
        period_end,
        actual,
        predicted,
        lower_80,
        upper_80,
        lower_90,
        upper_90
    from {{ source('models', 'explain_predictions') }}
),

predictions as (
    select * from explained
    union all
    select * from {{ source('models', 'forecast_year_predictions') }}
    union all
    select * from {{ source('models', 'forecast_month_predictions') }}
)

select
    predictions.lsoa_code,
    predictions.crime_type,
    predictions.model,
    predictions.published_as,
    predictions.period_start,
    predictions.period_end,
    predictions.period_end = last_day(chosen.year_ending) or predictions.period_start > chosen.year_ending as is_current,
    predictions.actual,
    predictions.predicted,
    predictions.actual - predictions.predicted as residual,
    predictions.lower_80,
    predictions.upper_80,
    predictions.lower_90,
    predictions.upper_90
from predictions
cross join {{ ref('int_years_chosen') }} as chosen
