-- What the files of small areas leave out: categories that are not published for them, and crimes without a place.
with borough_rows as (
    select
        crimes.month,
        crimes.borough,
        crimes.borough_code,
        crimes.major_category,
        crimes.crimes
    from {{ ref('stg_mps__borough_crimes') }} as crimes
    inner join {{ ref('int_file_months_chosen') }} as months
        on months.thing = 'borough_crime' and crimes.source_file = months.source_file and crimes.month = months.month
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

borough_crimes as (
    select
        borough_rows.month,
        borough_rows.borough_code,
        borough_rows.major_category,
        coalesce(boroughs.borough_name, borough_rows.borough) as borough_name,
        sum(borough_rows.crimes)::bigint as crimes
    from borough_rows
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
