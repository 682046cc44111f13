-- What readers know by name, on a map and in a search, of the files that are there: stations, and parks of 2 hectares and more. A
-- park without a name is an outline alone.
with stations as (
    select
        'station' as landmark_type,
        regexp_replace(name, ' (Underground |Overground |DLR |Rail )?Station$', '') as landmark_name,
        null::double as area_ha,
        lsoa_code,
        st_aswkb(st_point(easting, northing)) as geometry_wkb
    from {{ ref('int_points_located') }}
    where point_type = 'station' and lsoa_code is not null
),

green_spaces as (
    select
        name,
        st_geomfromwkb(geometry_wkb) as geometry
    from {{ ref('stg_os__green_spaces') }}
    where site_function = 'Public Park Or Garden'
),

parks as (
    select
        'park' as landmark_type,
        name as landmark_name,
        st_area(geometry) / 1e4 as area_ha,
        null as lsoa_code,
        st_aswkb(geometry) as geometry_wkb
    from green_spaces
    where
        st_area(geometry) >= 2e4
        and exists (
            select 1 from {{ ref('int_areas_measured') }} as areas
            where st_intersects(areas.geometry, green_spaces.geometry)
        )
),

landmarks as (
    select * from stations
    union all
    select * from parks
)

select
    landmark_type,
    row_number() over (partition by landmark_type order by landmark_name, geometry_wkb)::integer as landmark_number,
    landmark_name,
    area_ha,
    lsoa_code,
    geometry_wkb
from landmarks
order by landmark_type, landmark_number
