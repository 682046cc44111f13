-- What the files by small area leave out: categories that are not published for them, and crimes without a place.
with areas as (
    select
        lsoa_code,
        borough_code,
        borough_name
    from {{ ref('int_areas_chosen') }}
    where borough_code is not null
),

borough_crimes as (
    select
        month,
        borough_code,
        borough_name,
        major_category,
        sum(crimes)::bigint as crimes
    from {{ ref('borough_categories') }}
    where is_complete
    group by all
),

-- Crimes counted in small areas; codes of the other vintage through the lookup.
lsoa_crimes as (
    select
        cells.month,
        areas.borough_code,
        areas.borough_name,
        cells.category as major_category,
        round(sum(cells.crimes * codes.share_of_source))::bigint as crimes
    from {{ ref('int_release_cells_summed') }} as cells
    inner join {{ ref('int_codes_shared') }} as codes
        on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
    inner join {{ ref('int_areas_reported') }} as reported
        on codes.lsoa_code = reported.lsoa_code and cells.month = reported.month and cells.source_file = reported.source_file
    inner join areas on codes.lsoa_code = areas.lsoa_code
    where cells.month in (select borough_crimes.month from borough_crimes)
    group by all
),

lsoa_categories as (
    select distinct major_category from lsoa_crimes
),

compared as (
    select
        coalesce(borough_crimes.borough_code, lsoa_crimes.borough_code) as borough_code,
        coalesce(borough_crimes.borough_name, lsoa_crimes.borough_name) as borough_name,
        coalesce(borough_crimes.month, lsoa_crimes.month) as month,
        coalesce(borough_crimes.major_category, lsoa_crimes.major_category) as major_category,
        lsoa_categories.major_category is not null as is_in_lsoa_files,
        coalesce(borough_crimes.crimes, 0) as borough_crimes,
        coalesce(lsoa_crimes.crimes, 0) as lsoa_crimes
    from borough_crimes
    full outer join lsoa_crimes
        on
            borough_crimes.month = lsoa_crimes.month
            and borough_crimes.borough_code = lsoa_crimes.borough_code
            and borough_crimes.major_category = lsoa_crimes.major_category
    left join lsoa_categories
        on coalesce(borough_crimes.major_category, lsoa_crimes.major_category) = lsoa_categories.major_category
    where coalesce(borough_crimes.month, lsoa_crimes.month) in (select counted.month from lsoa_crimes as counted)
)

select
    compared.borough_code,
    compared.borough_name,
    compared.month,
    compared.major_category,
    compared.is_in_lsoa_files,
    compared.borough_crimes,
    case when compared.is_in_lsoa_files then compared.lsoa_crimes end as lsoa_crimes,
    compared.borough_crimes - compared.lsoa_crimes as difference,
    coalesce(flags.is_complete, false) as is_complete,
    coalesce(flags.is_provisional, false) as is_provisional,
    flags.recording_break
from compared
inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime'
left join {{ ref('crime_type_categories') }} as categories
    on
        compared.major_category = categories.category
        and categories.publisher = 'mps'
        and categories.crime_type != 'total'
left join {{ ref('coverage_by_type') }} as flags
    on
        chosen.force = flags.force
        and compared.month = flags.month
        and coalesce(categories.crime_type, 'total') = flags.crime_type
order by compared.borough_name, compared.month, compared.major_category
