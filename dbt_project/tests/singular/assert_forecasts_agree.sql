-- The forecast that is printed beside the count of a place, borough_changes, is the one that its interval is of.
with ahead as (
    select
        'city' as place_code,
        crime_type,
        areas,
        predicted
    from {{ ref('city_forecasts') }}
    where model = 'forecast_year' and is_future
    union all
    select
        borough_code,
        crime_type,
        areas,
        predicted
    from {{ ref('borough_forecasts') }}
    where model = 'forecast_year' and is_future
)

select
    changes.crime_type,
    changes.place_code,
    changes.forecast,
    ahead.predicted,
    changes.areas_reported,
    ahead.areas
from {{ ref('borough_changes') }} as changes
inner join ahead on changes.place_code = ahead.place_code and changes.crime_type = ahead.crime_type
-- Of other areas where figures arrived after the models ran.
where changes.areas_reported = ahead.areas and abs(changes.forecast - ahead.predicted) > 1e-6 * ahead.predicted
