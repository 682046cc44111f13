-- Pairs of records by distance and months apart that the same records would make if their months were in random order, and the
-- standard deviation. Exact over all orders (Barton and David 1966): with the pairs near in space, those near in time, and the
-- pairs of each that share a record, no order has to be drawn.
with cells as (
    select * from {{ ref('int_street_points_counted') }}
    where point is not null
),

points as (
    select
        force,
        crime_type,
        point,
        sum(records) as records
    from cells
    group by force, crime_type, point
),

partners as (
    select
        points.force,
        points.crime_type,
        around.within_m,
        any_value(points.records) as records,
        sum(around.records) - if(around.within_m = 0, 1, 0) as partners
    from {{ ref('int_street_points_paired') }} as around
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
        coalesce(sum(fellow.records), 0) - if(lags.months_apart = 0, 1, 0) as fellows
    from months
    cross join lags
    left join months as fellow
        on
            months.force = fellow.force
            and months.crime_type = fellow.crime_type
            and abs(date_diff('month', months.month, fellow.month)) = lags.months_apart
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
)

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
