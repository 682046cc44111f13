-- Share of an area's land that is public park or garden. Without a parks file there is no row, and so no 0.
with parks as (
    select st_geomfromwkb(geometry_wkb) as geometry
    from {{ ref('stg_os__green_spaces') }}
    where site_function = 'Public Park Or Garden'
),

areas as (
    select
        lsoa_code,
        geometry,
        area_km2
    from {{ ref('int_areas_measured') }}
    where exists (select 1 from parks)
),

covered as (
    select
        areas.lsoa_code,
        -- Overlapping parks count once.
        st_area(st_union_agg(st_intersection(areas.geometry, parks.geometry))) / 1e6 as park_km2
    from areas
    inner join parks on st_intersects(areas.geometry, parks.geometry)
    group by areas.lsoa_code
)

select
    areas.lsoa_code,
    {{ percentage('coalesce(covered.park_km2, 0)', 'areas.area_km2') }} as parks_pct
from areas
left join covered on areas.lsoa_code = covered.lsoa_code
