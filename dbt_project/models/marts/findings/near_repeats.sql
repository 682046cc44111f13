-- Pairs of records by distance and months apart, beside the pairs that the same records would make if their months were in random
-- order (Knox 1964). Mean and variance over all orders are exact (Barton and David 1966): with the pairs near in space, those
-- near in time, and the pairs of each that share a record, no order has to be drawn.
with cells as (
    select
        *,
        dense_rank() over (order by force, crime_type, easting, northing) as point
    from {{ ref('int_street_points_counted') }}
    where easting is not null
),

points as (
    select
        force,
        crime_type,
        point,
        any_value(easting) as easting,
        any_value(northing) as northing,
        sum(records) as records
    from cells
    group by force, crime_type, point
),

-- Each point is in the squares around its own too, so that points at most 400 m apart share one.
squares as (
    select
        points.*,
        floor(easting / 400) + across.step as across,
        floor(northing / 400) + up.step as up
    from points
    cross join unnest([-1, 0, 1]) as across (step)
    cross join unnest([-1, 0, 1]) as up (step)
),

near as (
    select
        points.point,
        squares.point as other,
        (points.easting - squares.easting) ** 2 + (points.northing - squares.northing) ** 2 as squared_m,
        case when points.point = squares.point then 0 when squared_m <= 200 ** 2 then 200 else 400 end as within_m
    from points
    inner join squares
        on
            points.force = squares.force
            and points.crime_type = squares.crime_type
            and floor(points.easting / 400) = squares.across
            and floor(points.northing / 400) = squares.up
    where squared_m <= 400 ** 2
),

around as (
    select
        cells.force,
        cells.crime_type,
        near.point,
        near.within_m,
        cells.month,
        sum(cells.records) as records
    from near
    inner join cells on near.other = cells.point
    group by cells.force, cells.crime_type, near.point, near.within_m, cells.month
),

partners as (
    select
        points.force,
        points.crime_type,
        around.within_m,
        any_value(points.records) as records,
        sum(around.records) - if(around.within_m = 0, 1, 0) as partners
    from around
    inner join points on around.point = points.point
    group by points.force, points.crime_type, points.point, around.within_m
),

near_in_space as (
    select
        force,
        crime_type,
        within_m,
        sum(records * partners) / 2 as pairs,
        sum(records * partners * (partners - 1)) / 2 as shared
    from partners
    group by force, crime_type, within_m
),

months as (
    select
        force,
        crime_type,
        month,
        sum(records) as records
    from cells
    group by force, crime_type, month
),

lags as (
    select unnest([0, 1, 2, 3]) as months_apart
),

fellows as (
    select
        months.force,
        months.crime_type,
        lags.months_apart,
        months.records,
        coalesce(sum(others.records), 0) - if(lags.months_apart = 0, 1, 0) as fellows
    from months
    cross join lags
    left join months as others
        on
            months.force = others.force
            and months.crime_type = others.crime_type
            and abs(date_diff('month', months.month, others.month)) = lags.months_apart
    group by months.force, months.crime_type, months.month, months.records, lags.months_apart
),

near_in_time as (
    select
        force,
        crime_type,
        months_apart,
        sum(records) as records,
        sum(records * fellows) / 2 as pairs,
        sum(records * fellows * (fellows - 1)) / 2 as shared
    from fellows
    group by force, crime_type, months_apart
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
    from cells
    cross join lags
    inner join around
        on cells.point = around.point and date_diff('month', cells.month, around.month) = lags.months_apart
    group by cells.force, cells.crime_type, around.within_m, lags.months_apart
),

expected as (
    select
        near_in_space.force,
        near_in_space.crime_type,
        near_in_space.within_m,
        near_in_time.months_apart,
        near_in_time.records as n,
        near_in_space.pairs * near_in_time.pairs / (n * (n - 1) / 2) as expected_pairs,
        sqrt(greatest(
            expected_pairs
            + 4 * near_in_space.shared * near_in_time.shared / (n * (n - 1) * (n - 2))
            + 4 * (near_in_space.pairs * (near_in_space.pairs - 1) - 2 * near_in_space.shared)
            * (near_in_time.pairs * (near_in_time.pairs - 1) - 2 * near_in_time.shared)
            / (n * (n - 1) * (n - 2) * (n - 3))
            - expected_pairs ** 2, 0
        )) as sd
    from near_in_space
    inner join near_in_time
        on near_in_space.force = near_in_time.force and near_in_space.crime_type = near_in_time.crime_type
    where near_in_time.records > 3
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
from expected
inner join periods on expected.force = periods.force and expected.crime_type = periods.crime_type
left join near_in_both
    on
        expected.force = near_in_both.force
        and expected.crime_type = near_in_both.crime_type
        and expected.within_m = near_in_both.within_m
        and expected.months_apart = near_in_both.months_apart
order by expected.force, expected.crime_type, expected.within_m, expected.months_apart
