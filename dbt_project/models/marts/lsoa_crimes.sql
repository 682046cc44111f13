-- Every area x covered month x crime type: an absent pair of a covered month is 0, a borough that was not reported is NULL.
with areas as (
    select
        lsoa_code,
        month,
        is_reported
    from {{ ref('int_areas_reported') }}
),

crime_types as (
    select crime_type from {{ ref('crime_types') }}
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
    case when areas.is_reported then coalesce(counted.crimes, 0) end as crimes
from areas
cross join crime_types
left join counted
    on
        areas.lsoa_code = counted.lsoa_code
        and areas.month = counted.month
        and crime_types.crime_type = counted.crime_type
order by crime_types.crime_type, areas.lsoa_code, areas.month
