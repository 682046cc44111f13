-- Force x month x crime type: whether the type is reported, and what a reader must know of the month. A street-level file that
-- somebody cut to burglary reports burglary, and not all crime.
with months as (
    select * from {{ ref('coverage') }}
),

-- What changes all crime changes every type.
breaks as (
    select
        force,
        crime_type,
        date_trunc('month', starts_on)::date as month,
        string_agg(title, '; ' order by starts_on) as titles
    from {{ ref('recording_breaks') }}
    group by force, crime_type, date_trunc('month', starts_on)
)

select
    months.force,
    months.month,
    crime_types.crime_type,
    reported.crime_type is not null as is_reported,
    reported.crime_type is not null and months.is_complete as is_complete,
    reported.crime_type is not null and months.is_provisional as is_provisional,
    nullif(concat_ws('; ', whole.titles, own.titles), '') as recording_break
from months
cross join {{ ref('crime_types') }} as crime_types
left join {{ ref('int_types_reported') }} as reported
    on months.force = reported.force and months.month = reported.month and crime_types.crime_type = reported.crime_type
left join breaks as whole on months.force = whole.force and months.month = whole.month and whole.crime_type = 'total'
left join breaks as own
    on
        months.force = own.force
        and months.month = own.month
        and crime_types.crime_type = own.crime_type
        and own.crime_type != 'total'
order by months.force, months.month, crime_types.sort_order
