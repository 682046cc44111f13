-- Street-level files per force and month: where a month was downloaded twice, the file that sorts last counts.
with crimes as (
    select
        reported_by,
        month,
        lsoa_code,
        crime_type_as_published,
        source_file
    from {{ ref('stg_police_uk__street_crimes') }}
    where reported_by is not null and month is not null
    qualify source_file = max(source_file) over (partition by reported_by, month)
),

areas as (
    select lsoa_code from {{ ref('int_areas_chosen') }}
)

select
    crimes.reported_by as force,
    crimes.month,
    -- Anti-social behaviour is its own kind of incident and no crime.
    count(*) filter (where crimes.crime_type_as_published != 'Anti-social behaviour') as crimes,
    count(*) filter (where crimes.crime_type_as_published = 'Anti-social behaviour') as antisocial_incidents,
    count(distinct crimes.crime_type_as_published) as published_types,
    {{ percentage('count(areas.lsoa_code)', 'count(*)') }} as located_pct
from crimes
left join areas on crimes.lsoa_code = areas.lsoa_code
group by crimes.reported_by, crimes.month
