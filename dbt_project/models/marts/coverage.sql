-- Force x month over the whole span of the data. Where a force has both, its LSOA file counts and the street file is context.
with data_sets as (
    select max(force) as force from {{ ref('stg_landing__data_sets') }}
),

areas as (
    select lsoa_code from {{ ref('int_areas_chosen') }}
),

located as (
    select
        counted.month,
        {{ percentage('sum(counted.crimes) filter (where areas.lsoa_code is not null)', 'sum(counted.crimes)') }} as located_pct
    from {{ ref('int_crimes_counted') }} as counted
    left join areas on counted.lsoa_code = areas.lsoa_code
    where counted.crime_type = 'total'
    group by counted.month
),

lsoa_files as (
    select
        coalesce(data_sets.force, '{{ var("force") }}') as force,
        months.month,
        months.crimes,
        months.is_complete,
        located.located_pct
    from {{ ref('int_months_covered') }} as months
    cross join data_sets
    left join located on months.month = located.month
),

street_files as (
    select
        force,
        month,
        crimes,
        antisocial_incidents,
        located_pct,
        crimes >= median(crimes) over (partition by force) / 2
        -- A file that somebody cut to one crime type is not a force's month.
        and published_types > max(published_types) over () / 2 as is_complete
    from {{ ref('int_street_months_counted') }}
),

both_files as (
    select
        coalesce(lsoa_files.force, street_files.force) as force,
        coalesce(lsoa_files.month, street_files.month) as month,
        coalesce(lsoa_files.is_complete, street_files.is_complete) as is_complete,
        case when lsoa_files.month is not null then 'lsoa files' else 'street files' end as counted_from,
        coalesce(lsoa_files.crimes, street_files.crimes) as crimes,
        case when lsoa_files.month is not null then lsoa_files.located_pct else street_files.located_pct end as located_pct,
        street_files.crimes as street_crimes,
        street_files.antisocial_incidents
    from lsoa_files
    full outer join street_files on lsoa_files.force = street_files.force and lsoa_files.month = street_files.month
),

months as (
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month
    from both_files
),

forces as (
    select distinct force from both_files
),

-- How many of a force's newest months are still revised.
provisional as (
    select
        forces.force,
        coalesce(own.months, fallback.months) as months
    from forces
    left join {{ ref('provisional_months') }} as own on forces.force = own.force
    left join {{ ref('provisional_months') }} as fallback on fallback.force = 'any other force'
)

select
    forces.force,
    months.month,
    both_files.month is not null as is_reported,
    coalesce(both_files.is_complete, false) as is_complete,
    both_files.counted_from,
    both_files.crimes,
    both_files.located_pct,
    both_files.street_crimes,
    both_files.antisocial_incidents,
    both_files.month is not null and row_number() over newest_first <= provisional.months as is_provisional
from forces
cross join months
left join both_files on forces.force = both_files.force and months.month = both_files.month
left join provisional on forces.force = provisional.force
window newest_first as (partition by forces.force, both_files.month is not null order by months.month desc)
order by forces.force, months.month
