-- Passengers of the stations in an area or within 250 m of its edge, from the newest counts. Stations are joined by name
-- without the type suffix, which only some files have. If one of the files is missing there is no row, and so no 0.
with published as (
    select
        station_name,
        passengers_million,
        2 as preference
    from {{ ref('stg_tfl__station_counts') }}
    union all
    select
        station_name,
        passengers_million,
        1 as preference
    from {{ ref('stg_tfl__station_usages') }}
),

-- There is a row per station and network.
counts as (
    select
        {{ station_key('station_name') }} as station_key,
        sum(passengers_million) as passengers_million
    from published
    where preference = (select min(newest.preference) from published as newest)
    group by station_key
),

stations as (
    select
        counts.passengers_million,
        st_point(points.easting, points.northing) as point
    from counts
    inner join {{ ref('int_points_located') }} as points on counts.station_key = {{ station_key('points.name') }}
    where points.point_type = 'station' and points.easting is not null
    qualify row_number() over (partition by counts.station_key order by points.row_number) = 1
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
