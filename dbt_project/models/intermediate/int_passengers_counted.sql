-- Passengers of the Underground stations in an area or within 250 m of its edge. A station is known by its name, which both
-- files must write alike. Without one of the files there is no row, and so no 0.
with stations as (
    select
        counts.passengers_million,
        st_point(points.easting, points.northing) as point
    from {{ ref('stg_tfl__station_counts') }} as counts
    inner join {{ ref('int_points_located') }} as points on counts.station_name = points.name
    where points.point_type = 'station' and points.easting is not null
    qualify row_number() over (partition by counts.station_name order by points.row_number) = 1
),

areas as (
    select
        lsoa_code,
        geometry
    from {{ ref('int_areas_measured') }}
    where exists (select 1 from stations)
)

select
    areas.lsoa_code,
    coalesce(sum(stations.passengers_million), 0) as passengers_million_within_250m
from areas
left join stations on st_dwithin(areas.geometry, stations.point, 250)
group by areas.lsoa_code
