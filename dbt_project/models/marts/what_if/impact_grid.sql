select
    crime_type,
    feature,
    change,
    percentile,
    areas,
    sum_change_pct,
    change_crimes,
    lower_90,
    upper_90,
    outside_support_pct,
    rank
from {{ source('models', 'impact_grid') }}
