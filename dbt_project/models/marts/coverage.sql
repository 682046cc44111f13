-- Force x month over the whole span of the data. Where a force has both, its LSOA files count and its street files are context,
-- also in a month that the LSOA files lack: it is not reported.
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
        and streets.is_whole_file as is_complete,
        chosen.source_key = 'police_uk/street_crime'
        or (chosen.source_key = 'mps/lsoa_crime' and streets.force != chosen.force) as is_counted
    from {{ ref('int_street_months_counted') }} as streets
    cross join chosen
    left join vintages
        on not vintages.is_release and streets.force = vintages.force and streets.month = vintages.month
),

both_files as (
    select
        coalesce(lsoa_files.force, street_files.force) as force,
        coalesce(lsoa_files.month, street_files.month) as month,
        case
            when lsoa_files.month is not null then 'lsoa files'
            when street_files.is_counted then 'street files'
        end as counted_from,
        counted_from is not null as is_reported,
        case
            when lsoa_files.month is not null then lsoa_files.is_complete
            else street_files.is_counted and street_files.is_complete
        end as is_complete,
        case
            when lsoa_files.month is not null then lsoa_files.crimes
            when street_files.is_counted then street_files.crimes
        end as crimes,
        case
            when lsoa_files.month is not null then lsoa_files.located_pct
            when street_files.is_counted then street_files.located_pct
        end as located_pct,
        case
            when lsoa_files.month is not null then lsoa_files.lsoa_vintage
            when street_files.is_counted then street_files.lsoa_vintage
        end as lsoa_vintage,
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
    coalesce(both_files.is_reported, false) as is_reported,
    coalesce(both_files.is_complete, false) as is_complete,
    both_files.counted_from,
    both_files.crimes,
    both_files.located_pct,
    both_files.street_crimes,
    both_files.antisocial_incidents,
    both_files.lsoa_vintage,
    coalesce(both_files.is_reported, false) and row_number() over newest_first <= provisional.months as is_provisional
from forces
cross join months
left join both_files on forces.force = both_files.force and months.month = both_files.month
left join provisional on forces.force = provisional.force
window newest_first as (partition by forces.force, coalesce(both_files.is_reported, false) order by months.month desc)
order by forces.force, months.month
