-- Stops and searches by force, borough, month, object and outcome: by point in polygon, as the files name no place. Searches
-- have no identifier, so of several files of a force's month the last by name counts, entirely.
with counted as (
    select * from {{ ref('stg_police_uk__stops') }}
    qualify source_file = max(source_file) over (partition by force, month)
),

points as (
    select
        longitude,
        latitude,
        st_transform(st_point(longitude, latitude), 'EPSG:4326', 'EPSG:27700', always_xy := true) as point
    from counted
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
    counted.force,
    located.borough_code,
    coalesce(
        boroughs.borough_name, case when counted.longitude is null then 'No place stated' else 'Outside the city' end
    ) as borough_name,
    counted.month,
    coalesce(counted.object_of_search, 'Not stated') as object_of_search,
    coalesce(counted.outcome, 'Not stated') as outcome,
    count(*) as searches
from counted
left join located on counted.longitude = located.longitude and counted.latitude = located.latitude
left join {{ ref('boroughs') }} as boroughs on located.borough_code = boroughs.borough_code
group by all
order by all
