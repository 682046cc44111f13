select
    crime_type,
    feature,
    importance,
    lowest_fold,
    highest_fold,
    period_end
from {{ ref('stg_models__feature_importances') }}
