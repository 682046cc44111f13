select
    crime_type,
    feature,
    x,
    effect,
    areas,
    period_end
from {{ ref('stg_models__feature_effects') }}
