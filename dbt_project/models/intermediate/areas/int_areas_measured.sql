-- The polygons as geometries, with their measures (EPSG:27700: metres).
with boundaries as (
    select
        lsoa_code,
        msoa_code,
        st_geomfromwkb(geometry_wkb) as geometry
    from {{ ref('int_areas_chosen') }}
),

measured as (
    select
        *,
        st_centroid(geometry) as centre
    from boundaries
)

select
    lsoa_code,
    msoa_code,
    geometry,
    st_area(geometry) / 1e6 as area_km2,
    st_perimeter(geometry) / 1e3 as perimeter_km,
    st_x(centre) as centre_easting,
    st_y(centre) as centre_northing
from measured
