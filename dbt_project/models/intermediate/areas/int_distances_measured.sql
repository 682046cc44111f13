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
    where point_type not in ('station', 'bar', 'food_place', 'food_shop', 'hotel', 'hospital', 'night_counter')
),

nearest as (
    select
        areas.lsoa_code,
        points.point_type,
        -- One square root per area, and no powers: there are millions of pairs.
        sqrt(min(
            (areas.centre_easting - points.easting) * (areas.centre_easting - points.easting)
            + (areas.centre_northing - points.northing) * (areas.centre_northing - points.northing)
        )) as metres
    from areas
    cross join points
    where points.point_type in ('station', 'nightclub', 'pub')
    group by areas.lsoa_code, points.point_type
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
