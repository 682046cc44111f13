-- Rows that do not count: excluded by landing, crimes without an area or superseded, points in no area.
with known as (
    select distinct source_code from {{ ref('int_codes_shared') }}
),

-- Find these few first: the rows are many cells, and one row of a wide file is many of them.
unknown_codes as (
    select distinct crimes.lsoa_code
    from {{ ref('stg_mps__lsoa_crimes') }} as crimes
    left join known on crimes.lsoa_code = known.source_code
    where known.source_code is null
),

cells_elsewhere as (
    select
        'lsoa_crime' as thing,
        crimes.source_file,
        crimes.row_number,
        crimes.lsoa_code,
        crimes.major_category || coalesce(', ' || crimes.minor_category, '') as category,
        crimes.crimes,
        strftime(crimes.month, '%Y-%m') as period
    from {{ ref('stg_mps__lsoa_crimes') }} as crimes
    where crimes.lsoa_code in (select unknown_codes.lsoa_code from unknown_codes)
    union all
    select
        'lsoa_crime_years' as thing,
        crimes.source_file,
        crimes.row_number,
        crimes.lsoa_code,
        crimes.major_category as category,
        crimes.crimes,
        crimes.crime_year::varchar as period
    from {{ ref('stg_mps__lsoa_crime_years') }} as crimes
    left join known on crimes.lsoa_code = known.source_code
    where known.source_code is null
),

rows_elsewhere as (
    select
        'mps' as publisher,
        thing,
        source_file as file,
        row_number,
        'outside' as reason,
        format(
            '{}, {}: {} crimes from {} to {}',
            any_value(lsoa_code), any_value(category), coalesce(sum(crimes), 0)::bigint, min(period), max(period)
        ) as content
    from cells_elsewhere
    group by thing, source_file, row_number
),

files as (
    select
        force,
        month,
        source_file,
        bool_or(is_newest) as is_newest,
        bool_or(fate = 'stub') as is_stub
    from {{ ref('int_street_cells_placed') }}
    group by force, month, source_file
),

records as (
    select
        'police_uk' as publisher,
        'street_crime' as thing,
        crimes.source_file as file,
        crimes.row_number,
        case
            when crimes.lsoa_code is null then 'unlocated'
            when known.source_code is null then 'outside'
            when files.is_newest then null
            when files.is_stub then 'stub'
            else 'superseded'
        end as reason,
        concat_ws(
            ', ', strftime(crimes.month, '%Y-%m'), crimes.reported_by, crimes.lsoa_code, crimes.crime_type_as_published
        ) as content
    from {{ ref('stg_police_uk__street_crimes') }} as crimes
    left join known on crimes.lsoa_code = known.source_code
    left join files
        on
            coalesce(crimes.reported_by, crimes.falls_within, 'no force') = files.force
            and crimes.month = files.month
            and crimes.source_file = files.source_file
    where crimes.lsoa_code is null or known.source_code is null or files.is_newest is not true
),

points as (
    select
        publisher,
        thing,
        source_file as file,
        row_number,
        case when easting is null then 'unlocated' else 'outside' end as reason,
        coalesce(name, 'no name')
        || coalesce(' at ' || round(easting)::bigint || ', ' || round(northing)::bigint, '') as content
    from {{ ref('int_points_located') }}
    where lsoa_code is null
)

select * from {{ ref('stg_landing__set_aside_rows') }}
union all
select * from rows_elsewhere
union all
select * from records
union all
select * from points
union all
select
    'police_uk' as publisher,
    'stop_and_search' as thing,
    source_file as file,
    row_number,
    fate as reason,
    concat_ws(', ', strftime(month, '%Y-%m'), force, object_of_search, outcome) as content
from {{ ref('int_stops_placed') }}
where fate = 'superseded'
