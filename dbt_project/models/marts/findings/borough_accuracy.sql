-- The accuracy of the explain models in each borough and in the city, and the error of the year's forecast.
with places as (
    select
        lsoa_code,
        borough_code as place_code
    from {{ ref('lsoas') }}
    union all
    select
        lsoa_code,
        'city' as place_code
    from {{ ref('lsoas') }}
),

-- Forecasts of months that are known by now, as tests.
tested as (
    select
        places.place_code,
        predictions.crime_type,
        {{ percentage('sum(predictions.predicted) - sum(predictions.actual)', 'sum(predictions.actual)') }} as error_pct
    from {{ ref('lsoa_predictions') }} as predictions
    inner join places on predictions.lsoa_code = places.lsoa_code
    cross join {{ ref('int_years_chosen') }} as periods
    where
        predictions.model = 'forecast_year'
        and predictions.period_start <= periods.year_ending
        and predictions.actual is not null
        and predictions.predicted is not null
    group by places.place_code, predictions.crime_type
)

select
    changes.crime_type,
    changes.place_code,
    changes.place_name,
    changes.place_kind,
    changes.year_ending,
    changes.period_label,
    judged.areas,
    judged.actual,
    judged.predicted,
    judged.mean_error,
    judged.areas_with_range,
    judged.areas_in_range,
    {{ percentage('judged.areas_in_range', 'judged.areas_with_range') }} as in_range_pct,
    judged.mean_residual,
    judged.mean_residual_lower_90,
    judged.mean_residual_upper_90,
    judged.found_pct,
    judged.ratio,
    judged.z,
    judged.dispersion,
    judged.limit_95,
    judged.limit_998,
    judged.is_outside,
    tested.error_pct as forecast_error_pct
from {{ ref('borough_changes') }} as changes
left join {{ source('models', 'borough_accuracy') }} as judged
    on changes.place_code = judged.place_code and changes.crime_type = judged.crime_type
left join tested on changes.place_code = tested.place_code and changes.crime_type = tested.crime_type
where judged.place_code is not null or tested.error_pct is not null
