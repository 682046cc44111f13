-- What the files of small areas leave out: categories that are not published for them, and crimes without a place.
with borough_rows as (
    select
        month,
        borough,
        borough_code,
        major_category,
        crimes,
        source_file
    from {{ ref('stg_mps__borough_crimes') }}
    -- A file that names command units of several boroughs has nothing to compare areas with.
    qualify 2 * count(borough_code) over (partition by source_file) >= count(*) over (partition by source_file)
),

-- What counts in the small areas; a code of the other year through the lookup.
lsoa_rows as (
    select
        cells.month,
        areas.borough_code,
        cells.category as major_category,
        sum(cells.crimes * codes.share_of_source) as crimes
    from {{ ref('int_release_cells_summed') }} as cells
    inner join {{ ref('int_codes_shared') }} as codes
        on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
    inner join {{ ref('int_areas_reported') }} as areas
        on codes.lsoa_code = areas.lsoa_code and cells.month = areas.month and cells.source_file = areas.source_file
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime'
    where cells.month in (select distinct borough_rows.month from borough_rows)
    group by all
),

boroughs as (
    select distinct
        borough_code,
        borough_name
    from {{ ref('int_areas_chosen') }}
    where borough_code is not null
),

files as (
    select
        source_file,
        month,
        max(month) over (partition by source_file) as last_month,
        month in (min(month) over (partition by source_file), max(month) over (partition by source_file))
        and sum(crimes) < max(sum(crimes)) over (partition by month) / 2 as is_stub
    from borough_rows
    group by source_file, month
),

-- The newest release of a month counts, unless the month is at its edge and under half of what another one has.
releases as (
    select
        source_file,
        month
    from files
    qualify
        row_number() over (partition by month order by is_stub asc, last_month desc, source_file desc) = 1
),

borough_crimes as (
    select
        borough_rows.month,
        borough_rows.borough_code,
        borough_rows.major_category,
        coalesce(boroughs.borough_name, borough_rows.borough) as borough_name,
        sum(borough_rows.crimes)::bigint as crimes
    from borough_rows
    inner join releases on borough_rows.month = releases.month and borough_rows.source_file = releases.source_file
    left join boroughs on borough_rows.borough_code = boroughs.borough_code
    where borough_rows.month in (select distinct lsoa_rows.month from lsoa_rows)
    group by all
),

lsoa_crimes as (
    select
        lsoa_rows.month,
        lsoa_rows.borough_code,
        boroughs.borough_name,
        lsoa_rows.major_category,
        round(lsoa_rows.crimes)::bigint as crimes
    from lsoa_rows
    inner join boroughs on lsoa_rows.borough_code = boroughs.borough_code
),

lsoa_categories as (
    select distinct major_category from lsoa_rows
)

select
    coalesce(borough_crimes.borough_code, lsoa_crimes.borough_code) as borough_code,
    coalesce(borough_crimes.borough_name, lsoa_crimes.borough_name) as borough_name,
    coalesce(borough_crimes.month, lsoa_crimes.month) as month,
    coalesce(borough_crimes.major_category, lsoa_crimes.major_category) as major_category,
    lsoa_categories.major_category is not null as is_in_lsoa_files,
    coalesce(borough_crimes.crimes, 0) as borough_crimes,
    case when lsoa_categories.major_category is not null then coalesce(lsoa_crimes.crimes, 0) end as lsoa_crimes,
    coalesce(borough_crimes.crimes, 0) - coalesce(lsoa_crimes.crimes, 0) as difference
from borough_crimes
full outer join lsoa_crimes
    on
        borough_crimes.month = lsoa_crimes.month
        and borough_crimes.borough_code = lsoa_crimes.borough_code
        and borough_crimes.major_category = lsoa_crimes.major_category
left join lsoa_categories
    on coalesce(borough_crimes.major_category, lsoa_crimes.major_category) = lsoa_categories.major_category
order by borough_name, month, major_category
