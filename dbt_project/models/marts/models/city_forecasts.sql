-- As borough_forecasts, for the city: its interval is that of the citywide model, not the sum of bounds of boroughs or areas.
with forecasts as (
    select * from {{ source('models', 'forecast_year_city') }}
    union all
    select * from {{ source('models', 'forecast_month_city') }}
),

areas as (
    select sum(areas)::bigint as of_areas from {{ ref('boroughs') }}
)

select
    forecasts.crime_type,
    forecasts.model,
    forecasts.published_as,
    forecasts.period_start,
    forecasts.period_end,
    forecasts.period_start > chosen.year_ending as is_future,
    forecasts.areas,
    areas.of_areas,
    forecasts.actual,
    forecasts.predicted,
    forecasts.lower_80,
    forecasts.upper_80,
    forecasts.lower_90,
    forecasts.upper_90
from forecasts
cross join areas
cross join {{ ref('int_years_chosen') }} as chosen
