-- Stops and searches with their boroughs: by point in polygon, as the files name no place. Searches have no identifier, so of
-- several files of a force's month the last by name counts, entirely. fate is 'located' or 'no_place', or why a search does
-- not count.
with points as (
    select
        longitude,
        latitude,
        st_transform(st_point(longitude, latitude), 'EPSG:4326', 'EPSG:27700', always_xy := true) as point
    from {{ ref('stg_police_uk__stops') }}
    where longitude is not null and latitude is not null
    group by longitude, latitude
),

located as (
    select
        points.longitude,
        points.latitude,
        min(lsoas.borough_code) as borough_code
    from points
    inner join {{ ref('int_areas_measured') }} as areas on st_intersects(areas.geometry, points.point)
    inner join {{ ref('int_areas_chosen') }} as lsoas on areas.lsoa_code = lsoas.lsoa_code
    group by points.longitude, points.latitude
)

select
    stops.force,
    stops.month,
    stops.object_of_search,
    stops.outcome,
    stops.source_file,
    stops.row_number,
    located.borough_code,
    case
        when stops.longitude + stops.latitude is not null and located.borough_code is null then 'outside'
        when stops.source_file != max(stops.source_file) over (partition by stops.force, stops.month) then 'superseded'
        when located.borough_code is null then 'no_place'
        else 'located'
    end as fate
from {{ ref('stg_police_uk__stops') }} as stops
left join located on stops.longitude = located.longitude and stops.latitude = located.latitude
