select
    found.lsoa_code,
    found.crime_type,
    found.period_start,
    found.period_end,
    date_trunc('month', found.period_end) = periods.year_ending as is_current,
    found.gi_star,
    found.p_value,
    found.is_hot,
    found.hotspot_class,
    found.crimes,
    found.crimes_before,
    found.change_pct,
    found.change_p_value,
    found.is_clear_change,
    found.change_direction,
    found.rank,
    found.rank_lower_90,
    found.rank_upper_90
from {{ source('models', 'hotspots') }} as found
cross join {{ ref('int_years_chosen') }} as periods
