-- Force x month x crime type: whether the type is reported, and cautions about the month. A street-level file that was cut to
-- burglary reports burglary, and not all crime.
select
    months.force,
    months.month,
    crime_types.crime_type,
    reported.crime_type is not null as is_reported,
    reported.crime_type is not null and months.is_complete as is_complete,
    reported.crime_type is not null and months.is_provisional as is_provisional,
    {{ recording_break('months.month', 'crime_types.crime_type', 'months.force') }} as recording_break
from {{ ref('coverage') }} as months
cross join {{ ref('crime_types') }} as crime_types
left join {{ ref('int_types_reported') }} as reported
    on months.force = reported.force and months.month = reported.month and crime_types.crime_type = reported.crime_type
order by months.force, months.month, crime_types.sort_order
