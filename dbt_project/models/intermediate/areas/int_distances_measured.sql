-- Distances from an area's centre (the centroid of its polygon). The centre of the city is the median easting and northing of
-- its pubs and venues: defined for any place, and robust to outliers.
with areas as (
    select
        lsoa_code,
        centre_easting,
        centre_northing
    from {{ ref('int_areas_measured') }}
),

points as (
    select
        point_type,
        easting,
        northing
    from {{ ref('int_points_located') }}
    where easting is not null and northing is not null
),

city as (
    select
        median(easting) as easting,
        median(northing) as northing
    from points
    where point_type not in ('station', 'bar', 'food_place', 'food_shop', 'hotel', 'hospital')
),

points_asked as (
    select
        point_type,
        easting,
        northing,
        floor(easting / 4000) as across,
        floor(northing / 4000) as up
    from points
    where point_type in ('station', 'nightclub', 'pub')
),

point_types as (
    select distinct point_type from points_asked
),

-- Each area is in its square of 4 km and the eight around it, so that a point at most 4 km away shares one.
squares as (
    select
        areas.*,
        floor(areas.centre_easting / 4000) + across.step as across,
        floor(areas.centre_northing / 4000) + up.step as up
    from areas
    cross join unnest([-1, 0, 1]) as across (step)
    cross join unnest([-1, 0, 1]) as up (step)
),

-- Squares of metres: one root per area, and no powers, as there are millions of pairs.
near as (
    select
        squares.lsoa_code,
        points.point_type,
        min(
            (squares.centre_easting - points.easting) * (squares.centre_easting - points.easting)
            + (squares.centre_northing - points.northing) * (squares.centre_northing - points.northing)
        ) as squared_m
    from squares
    inner join points_asked as points on squares.across = points.across and squares.up = points.up
    group by squares.lsoa_code, points.point_type
    having squared_m <= 4000 * 4000
),

-- The few areas without such a point are compared with all.
far as (
    select
        areas.lsoa_code,
        points.point_type,
        min(
            (areas.centre_easting - points.easting) * (areas.centre_easting - points.easting)
            + (areas.centre_northing - points.northing) * (areas.centre_northing - points.northing)
        ) as squared_m
    from areas
    cross join point_types
    anti join near on areas.lsoa_code = near.lsoa_code and point_types.point_type = near.point_type
    inner join points_asked as points on point_types.point_type = points.point_type
    group by areas.lsoa_code, points.point_type
),

nearest as (
    select
        lsoa_code,
        point_type,
        sqrt(squared_m) as metres
    from near
    union all
    select
        lsoa_code,
        point_type,
        sqrt(squared_m) as metres
    from far
)

select
    areas.lsoa_code,
    any_value(
        sqrt((areas.centre_easting - city.easting) ** 2 + (areas.centre_northing - city.northing) ** 2) / 1000
    ) as centre_distance_km,
    any_value(nearest.metres) filter (where nearest.point_type = 'station') as station_distance_m,
    any_value(nearest.metres) filter (where nearest.point_type = 'nightclub') as nightclub_distance_m,
    any_value(nearest.metres) filter (where nearest.point_type = 'pub') as pub_distance_m
from areas
cross join city
left join nearest on areas.lsoa_code = nearest.lsoa_code
group by areas.lsoa_code
