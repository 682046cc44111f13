select
    crime_type,
    model,
    grouping,
    group_name,
    areas,
    mean_actual,
    mean_residual,
    lower_90,
    upper_90,
    period_end
from {{ source('models', 'evaluation_fairness') }}
