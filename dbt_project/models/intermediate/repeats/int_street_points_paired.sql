-- Street-level records around each point, per month: at the same point, up to 200 m and 200 to 400 m from it.
with cells as (
    select * from {{ ref('int_street_points_counted') }}
    where point is not null
),

points as (
    select
        force,
        crime_type,
        point,
        any_value(easting) as easting,
        any_value(northing) as northing
    from cells
    group by force, crime_type, point
),

-- Each point is in the squares around its own too, so that points at most 400 m apart share one.
squares as (
    select
        points.*,
        floor(points.easting / 400) + across.step as across,
        floor(points.northing / 400) + up.step as up
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
)

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
