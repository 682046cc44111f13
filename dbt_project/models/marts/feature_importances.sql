select
    crime_type,
    feature,
    importance,
    lowest_fold,
    highest_fold,
    period_end
from {{ source('models', 'evaluation_importances') }}
