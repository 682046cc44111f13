-- Pairs of records by distance and months apart that the same records would make if their months were in random order, and the
-- standard deviation. Exact over all orders (Barton and David 1966): with the pairs near in space, those near in time, and the
-- pairs of each that share a record, no order has to be drawn.
with around as (
    select
        force,
        crime_type,
        point,
        within_m,
        sum(records) as records
    from {{ ref('int_street_points_paired') }}
    group by force, crime_type, point, within_m
),

partners as (
    select
        force,
        crime_type,
        within_m,
        max(records) filter (where within_m = 0) over (partition by point) as own,
        records - if(within_m = 0, 1, 0) as partners
    from around
),

near_in_space as (
    select
        force,
        crime_type,
        within_m,
        sum(own * partners) / 2 as pairs,
        sum(own * partners * (partners - 1)) / 2 as shared
    from partners
    group by force, crime_type, within_m
),

months as (
    select
        force,
        crime_type,
        month,
        sum(records) as records
    from {{ ref('int_street_points_paired') }}
    where within_m = 0
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
