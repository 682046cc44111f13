-- Pairs of records by distance and months apart, beside the pairs that the same records would make if their months were in random
-- order (Knox 1964).
with lags as (
    select unnest([0, 1, 2, 3]) as months_apart
),

near_in_both as (
    select
        cells.force,
        cells.crime_type,
        around.within_m,
        lags.months_apart,
        -- Two records of one month are a pair from either side.
        sum(cells.records * (around.records - if(around.within_m = 0 and lags.months_apart = 0, 1, 0)))
        / if(lags.months_apart = 0, 2, 1) as pairs
    from {{ ref('int_street_points_counted') }} as cells
    cross join lags
    inner join {{ ref('int_street_points_paired') }} as around
        on cells.point = around.point and date_diff('month', cells.month, around.month) = lags.months_apart
    group by cells.force, cells.crime_type, around.within_m, lags.months_apart
),

periods as (
    select
        force,
        crime_type,
        max(last_month) as last_month,
        count(distinct month) as months,
        sum(records)::bigint as records,
        coalesce(sum(records) filter (where easting is null), 0)::bigint as records_without_point
    from {{ ref('int_street_points_counted') }}
    group by force, crime_type
)

select
    expected.force,
    expected.crime_type,
    expected.within_m,
    case expected.within_m when 0 then 'same point' when 200 then 'up to 200 m' else '200 to 400 m' end as distance,
    expected.months_apart,
    periods.last_month,
    periods.months,
    if(periods.months = 12, '', periods.months || ' of the ') || {{ year_label('periods.last_month') }} as period_label,
    periods.records,
    periods.records_without_point,
    coalesce(near_in_both.pairs, 0)::bigint as pairs,
    expected.expected_pairs,
    {{ rate('coalesce(near_in_both.pairs, 0)', 'expected.expected_pairs') }} as ratio,
    {{ rate('greatest(expected.expected_pairs - 3 * expected.sd, 0)', 'expected.expected_pairs') }} as chance_lower_ratio,
    {{ rate('expected.expected_pairs + 3 * expected.sd', 'expected.expected_pairs') }} as chance_upper_ratio,
    case
        when expected.expected_pairs < 5 then 'too few to say'
        when ratio > chance_upper_ratio then 'more than chance'
        when ratio < chance_lower_ratio then 'fewer than chance'
        else 'as by chance'
    end as verdict
from {{ ref('int_street_pairs_expected') }} as expected
inner join periods on expected.force = periods.force and expected.crime_type = periods.crime_type
left join near_in_both
    on
        expected.force = near_in_both.force
        and expected.crime_type = near_in_both.crime_type
        and expected.within_m = near_in_both.within_m
        and expected.months_apart = near_in_both.months_apart
order by expected.force, expected.crime_type, expected.within_m, expected.months_apart
