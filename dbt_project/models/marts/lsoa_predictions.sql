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
    lsoa_code,
    crime_type,
    model,
    published_as,
    period_start,
    period_end,
    period_end = last_day(chosen.year_ending) or period_start > chosen.year_ending as is_current,
    actual,
    predicted,
    actual - predicted as residual,
    lower_80,
    upper_80,
    lower_90,
    upper_90
from predictions
cross join {{ ref('int_years_chosen') }} as chosen
