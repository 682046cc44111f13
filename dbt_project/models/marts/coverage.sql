-- Force x month over the whole span of the data. Where a force has both, its LSOA file counts and the street file is context.
with chosen as (
    select
        source_key,
        force
    from {{ ref('int_crime_sources_chosen') }}
),

located as (
    select
        month,
        {{ percentage('coalesce(sum(crimes) filter (where lsoa_code is not null), 0)', 'sum(crimes)') }} as located_pct
    from {{ ref('int_release_areas_counted') }}
    group by month
),

vintages as (
    select
        detected.month,
        coalesce(detected.force, chosen.force) as force,
        detected.force is null as is_release,
        {{ lsoa_vintage('bool_or(detected.has_2011)', 'bool_or(detected.has_2021)') }} as lsoa_vintage
    from {{ ref('int_vintages_detected') }} as detected
    cross join chosen
    left join {{ ref('int_releases_chosen') }} as releases
        on detected.month = releases.month and detected.source_file = releases.source_file
    left join {{ ref('int_street_months_counted') }} as streets
        on
            detected.month = streets.month
            and detected.force = streets.force
            and detected.source_file = streets.source_file
    where releases.month is not null or streets.month is not null
    group by all
),

lsoa_files as (
    select
        chosen.force,
        months.month,
        months.crimes,
        months.is_complete,
        located.located_pct,
        vintages.lsoa_vintage
    from {{ ref('int_months_covered') }} as months
    inner join chosen on chosen.source_key = 'mps/lsoa_crime'
    left join located on months.month = located.month
    left join vintages on vintages.is_release and months.month = vintages.month
),

street_files as (
    select
        streets.force,
        streets.month,
        streets.crimes,
        streets.antisocial_incidents,
        streets.located_pct,
        vintages.lsoa_vintage,
        streets.crimes >= median(streets.crimes) over (partition by streets.force) / 2
        -- A file that somebody cut to one crime type is not a force's month.
        and streets.published_types > max(streets.published_types) over () / 2 as is_complete
    from {{ ref('int_street_months_counted') }} as streets
    left join vintages
        on not vintages.is_release and streets.force = vintages.force and streets.month = vintages.month
),

both_files as (
    select
        coalesce(lsoa_files.force, street_files.force) as force,
        coalesce(lsoa_files.month, street_files.month) as month,
        coalesce(lsoa_files.is_complete, street_files.is_complete) as is_complete,
        case when lsoa_files.month is not null then 'lsoa files' else 'street files' end as counted_from,
        coalesce(lsoa_files.crimes, street_files.crimes) as crimes,
        case when lsoa_files.month is not null then lsoa_files.located_pct else street_files.located_pct end as located_pct,
        coalesce(lsoa_files.lsoa_vintage, street_files.lsoa_vintage) as lsoa_vintage,
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
    both_files.lsoa_vintage,
    both_files.month is not null and row_number() over newest_first <= provisional.months as is_provisional
from forces
cross join months
left join both_files on forces.force = both_files.force and months.month = both_files.month
left join provisional on forces.force = provisional.force
window newest_first as (partition by forces.force, both_files.month is not null order by months.month desc)
order by forces.force, months.month
