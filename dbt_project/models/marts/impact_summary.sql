select
    scenario,
    crime_type,
    feature,
    change,
    percentile,
    areas,
    sum_change_pct,
    mean_change_pct,
    max_abs_change_pct,
    lower_90,
    upper_90,
    mean_lower_90,
    mean_upper_90,
    outside_support_pct
from {{ ref('stg_models__impact_summaries') }}
