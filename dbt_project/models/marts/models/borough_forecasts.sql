-- Forecasts of boroughs for the next year and the next month, and for past periods as tests, with the interval of the sum.
with forecasts as (
    select * from {{ source('models', 'forecast_year_boroughs') }}
    union all
    select * from {{ source('models', 'forecast_month_boroughs') }}
)

select
    boroughs.borough_code,
    boroughs.borough_name,
    forecasts.crime_type,
    forecasts.model,
    forecasts.published_as,
    forecasts.period_start,
    forecasts.period_end,
    forecasts.period_start > chosen.year_ending as is_future,
    forecasts.areas,
    boroughs.areas as of_areas,
    forecasts.actual,
    forecasts.predicted,
    forecasts.lower_80,
    forecasts.upper_80,
    forecasts.lower_90,
    forecasts.upper_90
from forecasts
inner join {{ ref('boroughs') }} as boroughs on forecasts.place_code = boroughs.borough_code
cross join {{ ref('int_years_chosen') }} as chosen
