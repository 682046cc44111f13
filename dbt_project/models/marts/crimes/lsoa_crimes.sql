-- Every area x month of the span x crime type: an absent pair is 0 if the area and the type are reported, else NULL. With the
-- cautions about the month.
select
    areas.lsoa_code,
    areas.month,
    crime_types.crime_type,
    case when areas.is_reported and flags.is_reported then coalesce(counted.crimes, 0) end as crimes,
    coalesce(areas.is_reported and flags.is_complete, false) as is_complete,
    coalesce(areas.is_reported and flags.is_provisional, false) as is_provisional,
    flags.recording_break
from {{ ref('int_areas_reported') }} as areas
cross join {{ ref('crime_types') }} as crime_types
left join {{ ref('coverage_by_type') }} as flags
    on areas.force = flags.force and areas.month = flags.month and crime_types.crime_type = flags.crime_type
left join {{ ref('int_crimes_counted') }} as counted
    on areas.lsoa_code = counted.lsoa_code and areas.month = counted.month and crime_types.crime_type = counted.crime_type
order by crime_types.crime_type, areas.lsoa_code, areas.month
