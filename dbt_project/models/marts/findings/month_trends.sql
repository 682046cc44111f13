-- Each month of the city without its season, and beside what the months before it let expect. A month is unusual where it stays
-- so with false discoveries held at 5 % over all crime types and months (Benjamini and Hochberg 1995).
with tested as (
    select
        crime_type,
        month,
        p_value,
        p_value * count(*) over () / row_number() over (order by p_value, crime_type, month) as scaled
    from {{ source('models', 'month_ranges') }}
    where not isnan(p_value)
),

judged as (
    select
        crime_type,
        month,
        least(1, min(scaled) over (order by p_value desc, crime_type desc, month desc)) as q_value
    from tested
)

select
    months.crime_type,
    months.month,
    months.crimes,
    months.crimes_per_day,
    {% for name in ['trend', 'adjusted', 'expected', 'lower_95', 'upper_95'] -%}
    case when not isnan(ranges.{{ name }}_per_day) then ranges.{{ name }}_per_day end as {{ name }}_per_day,
    {% endfor -%}
    judged.q_value,
    judged.q_value <= 0.05 as is_unusual,
    case
        when judged.q_value <= 0.05 and months.crimes_per_day > ranges.expected_per_day then 'more'
        when judged.q_value <= 0.05 then 'fewer'
    end as direction,
    months.is_complete,
    months.is_provisional,
    months.recording_break
from {{ ref('city_months') }} as months
inner join {{ source('models', 'month_ranges') }} as ranges
    on months.crime_type = ranges.crime_type and months.month = ranges.month
left join judged on months.crime_type = judged.crime_type and months.month = judged.month
