-- Every area x month of the span x crime type: an absent pair is 0 where the area and the type are reported, else NULL.
with areas as (
    select
        lsoa_code,
        month,
        force,
        is_reported
    from {{ ref('int_areas_reported') }}
),

crime_types as (
    select crime_type from {{ ref('crime_types') }}
),

reported as (
    select
        force,
        month,
        crime_type
    from {{ ref('int_types_reported') }}
),

counted as (
    select
        lsoa_code,
        month,
        crime_type,
        crimes
    from {{ ref('int_crimes_counted') }}
)

select
    areas.lsoa_code,
    areas.month,
    crime_types.crime_type,
    case when areas.is_reported and reported.crime_type is not null then coalesce(counted.crimes, 0) end as crimes
from areas
cross join crime_types
left join reported
    on
        areas.force = reported.force
        and areas.month = reported.month
        and crime_types.crime_type = reported.crime_type
left join counted
    on
        areas.lsoa_code = counted.lsoa_code
        and areas.month = counted.month
        and crime_types.crime_type = counted.crime_type
order by crime_types.crime_type, areas.lsoa_code, areas.month
