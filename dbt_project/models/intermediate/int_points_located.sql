-- Pubs, venues and stations by point in polygon; a point in no polygon keeps a NULL area, so that it can be counted.
with pubs as (
    select
        'gla' as publisher,
        'pubs' as thing,
        'pub' as point_type,
        name,
        easting,
        northing,
        longitude,
        latitude,
        source_file,
        row_number
    from {{ ref('stg_gla__pubs') }}
),

venues as (
    select
        'gla' as publisher,
        'venues' as thing,
        venue_type as point_type,
        name,
        easting,
        northing,
        longitude,
        latitude,
        source_file,
        row_number
    from {{ ref('stg_gla__venues') }}
),

stations as (
    select
        'tfl' as publisher,
        'stations' as thing,
        'station' as point_type,
        name,
        null::double as easting,
        null::double as northing,
        longitude,
        latitude,
        source_file,
        row_number
    from {{ ref('stg_tfl__stations') }}
),

places as (
    select * from pubs
    union all
    select * from venues
    union all
    select * from stations
),

points as (
    select
        * exclude (easting, northing, longitude, latitude),
        coalesce(
            st_point(easting, northing),
            st_transform(st_point(longitude, latitude), 'EPSG:4326', 'EPSG:27700', always_xy := true)
        ) as point
    from places
),

areas as (
    select
        lsoa_code,
        geometry
    from {{ ref('int_areas_measured') }}
)

select
    points.publisher,
    points.thing,
    points.point_type,
    points.name,
    points.source_file,
    points.row_number,
    st_x(points.point) as easting,
    st_y(points.point) as northing,
    areas.lsoa_code
from points
left join areas on st_intersects(areas.geometry, points.point)
-- A point on a shared border belongs to one area only.
qualify row_number() over (partition by points.source_file, points.row_number order by areas.lsoa_code) = 1
