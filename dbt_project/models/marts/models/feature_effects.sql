select
    crime_type,
    feature,
    x,
    effect,
    areas,
    100 * sum(areas) over in_order / greatest(sum(areas) over (partition by crime_type, feature), 1)::double as areas_pct,
    period_end
from {{ source('models', 'evaluation_effects') }}
window in_order as (partition by crime_type, feature order by x rows unbounded preceding)
