-- Pubs, venues, stations, police counters and places that sell food by point in polygon; a point in no polygon keeps a NULL
-- area, so that it can be counted.
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
        -- A hub is named after its Underground station, else the first.
        arg_min(name, (coalesce(stop_id not like '940GZZLU%', false), stop_id, row_number)) as name,
        avg(longitude) as longitude,
        avg(latitude) as latitude,
        min(source_file) as source_file,
        min(row_number) as row_number
    from {{ ref('stg_tfl__stations') }}
    group by hub_id
),

premises as (
    select
        'fsa' as publisher,
        'establishments' as thing,
        point_type,
        name,
        longitude,
        latitude,
        source_file,
        row_number,
        is_chain
    from {{ ref('stg_fsa__establishments') }}
    where point_type is not null
),

counters as (
    select
        'mopac' as publisher,
        'front_counters' as thing,
        'night_counter' as point_type,
        name,
        longitude,
        latitude,
        source_file,
        row_number
    from {{ ref('stg_mopac__front_counters') }}
    where hours_proposed = '24HR'
),

places as (
    select * from pubs
    union all by name
    select * from venues
    union all by name
    select * from stations
    union all by name
    select * from counters
    union all by name
    select * from premises
),

points as (
    select
        * exclude (easting, northing, longitude, latitude),
        coalesce(
            st_point(easting, northing),
            st_transform(st_point(longitude, latitude), 'EPSG:4326', 'EPSG:27700', always_xy := true)
        ) as point
    from places
)

select
    points.publisher,
    points.thing,
    points.point_type,
    points.name,
    points.source_file,
    points.row_number,
    coalesce(points.is_chain, false) as is_chain,
    st_x(points.point) as easting,
    st_y(points.point) as northing,
    areas.lsoa_code
from points
left join {{ ref('int_areas_measured') }} as areas on st_intersects(areas.geometry, points.point)
-- A point on a shared border belongs to one area only.
qualify row_number() over (partition by points.source_file, points.row_number order by areas.lsoa_code) = 1
