-- What each force delivered, per month and kind of file, and whether it counts: if a force has both, its LSOA files count and
-- its street files are context, even in a month that the LSOA files lack.
-- Files of small areas have no row for a crime without a place: borough files of the same categories give their number.
with located as (
    select
        month,
        round(coalesce(sum(crimes) filter (where lsoa_code is not null), 0))::bigint as located_crimes
    from {{ ref('int_release_areas_counted') }}
    group by month
),

published as (
    select
        files.month,
        sum(files.crimes)::bigint as crimes
    from {{ ref('stg_mps__borough_crimes') }} as files
    inner join {{ ref('int_file_months_chosen') }} as months
        on months.thing = 'borough_crime' and files.source_file = months.source_file and files.month = months.month
    where files.major_category in (select cells.category from {{ ref('int_release_cells_summed') }} as cells)
    group by files.month
),

vintages as (
    select
        detected.month,
        coalesce(detected.force, chosen.force) as force,
        detected.force is null as is_release,
        {{ lsoa_vintage('bool_or(detected.has_2011)', 'bool_or(detected.has_2021)') }} as lsoa_vintage
    from {{ ref('int_vintages_detected') }} as detected
    cross join {{ ref('int_crime_sources_chosen') }} as chosen
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
        located.located_crimes,
        published.crimes + greatest(months.crimes - published.crimes, 0) - located.located_crimes as unlocated_crimes,
        vintages.lsoa_vintage
    from {{ ref('int_months_covered') }} as months
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime'
    left join located on months.month = located.month
    left join published on months.month = published.month
    left join vintages on vintages.is_release and months.month = vintages.month
),

street_files as (
    select
        streets.force,
        streets.month,
        streets.crimes,
        streets.antisocial_incidents,
        streets.located_crimes,
        streets.crimes - streets.located_crimes as unlocated_crimes,
        vintages.lsoa_vintage,
        streets.is_whole_file,
        streets.crimes >= median(streets.crimes) over (partition by streets.force) / 2
        and streets.is_whole_file as is_complete,
        chosen.source_key = 'police_uk/street_crime'
        or (chosen.source_key = 'mps/lsoa_crime' and streets.force != chosen.force) as is_counted
    from {{ ref('int_street_months_counted') }} as streets
    cross join {{ ref('int_crime_sources_chosen') }} as chosen
    left join vintages
        on not vintages.is_release and streets.force = vintages.force and streets.month = vintages.month
)

select
    force,
    month,
    'lsoa files' as kind,
    true as is_counted,
    true as is_whole_file,
    is_complete,
    crimes,
    null as antisocial_incidents,
    located_crimes,
    unlocated_crimes,
    lsoa_vintage
from lsoa_files
union all
select
    force,
    month,
    'street files' as kind,
    is_counted,
    is_whole_file,
    is_complete,
    crimes,
    antisocial_incidents,
    located_crimes,
    unlocated_crimes,
    lsoa_vintage
from street_files
