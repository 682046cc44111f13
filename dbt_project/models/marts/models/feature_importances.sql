select
    crime_type,
    feature,
    importance,
    (row_number() over (partition by crime_type order by importance desc, feature asc))::integer as rank,
    lowest_fold,
    highest_fold,
    period_end
from {{ source('models', 'evaluation_importances') }}
