select
    scenario,
    crime_type,
    model,
    change,
    crimes,
    sum_change_pct,
    lower_pct,
    upper_pct,
    change_crimes,
    elasticity,
    note,
    source
from {{ source('models', 'impact_officers') }}
