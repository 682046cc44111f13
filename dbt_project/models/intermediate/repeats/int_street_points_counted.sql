-- Street-level records of each force's newest twelve months, per crime type, month and point as published: a place nearby that
-- stands for several addresses. All crime is left out: a burglary does not repeat a robbery.
with counted as (
    select
        reported.force,
        reported.crime_type,
        reported.month,
        max(reported.month) over (partition by reported.force, reported.crime_type) as last_month,
        crimes.longitude,
        crimes.latitude
    from {{ ref('stg_police_uk__street_crimes') }} as crimes
    inner join {{ ref('crime_type_categories') }} as categories
        on upper(crimes.crime_type_as_published) = upper(categories.category) and categories.publisher = 'police_uk'
    inner join {{ ref('int_street_types_reported') }} as reported
        on
            coalesce(crimes.reported_by, crimes.falls_within, 'no force') = reported.force
            and crimes.month = reported.month
            and crimes.source_file = reported.source_file
            and categories.crime_type = reported.crime_type
    where reported.crime_type != 'total'
),

placed as (
    select
        force,
        crime_type,
        month,
        last_month,
        case
            when longitude is not null and latitude is not null
                then st_transform(st_point(longitude, latitude), 'EPSG:4326', 'EPSG:27700', always_xy := true)
        end as spot,
        count(*) as records
    from counted
    where month > last_month - interval 12 months
    group by force, crime_type, month, last_month, longitude, latitude
),

points as (
    select
        force,
        crime_type,
        month,
        last_month,
        -- Rounded, so that one point is one place whichever way its coordinates are written.
        round(st_x(spot)) as easting,
        round(st_y(spot)) as northing,
        sum(records)::bigint as records
    from placed
    group by all
)

select
    *,
    case when easting is not null then dense_rank() over (order by force, crime_type, easting, northing) end as point
from points
