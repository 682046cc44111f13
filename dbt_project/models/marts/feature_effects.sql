select
    crime_type,
    feature,
    x,
    effect,
    areas,
    period_end
from {{ source('models', 'evaluation_effects') }}
