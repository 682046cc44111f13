-- Landing's counts per file, minus the rows that were excluded later, because they belong to no area or a later archive repeats
-- them. Rows outside a chosen place, and searches outside the areas, are counted and not listed.
with set_aside as (
    select
        publisher,
        thing,
        file,
        count(*) as rows_set_aside
    from {{ ref('int_rows_set_aside') }}
    group by publisher, thing, file
),

stops_outside as (
    select
        source_file as file,
        count(*) as rows_outside
    from {{ ref('int_stops_placed') }}
    where fate = 'outside'
    group by source_file
),

files as (
    select
        files.* exclude (rows_outside),
        coalesce(files.rows_outside, 0) + coalesce(stops_outside.rows_outside, 0) as rows_outside
    from {{ ref('stg_landing__source_files') }} as files
    left join stops_outside
        on files.publisher = 'police_uk' and files.thing = 'stop_and_search' and files.file = stops_outside.file
),

detected as (
    select
        publisher,
        thing,
        source_file as file,
        {{ lsoa_vintage('bool_or(has_2011)', 'bool_or(has_2021)') }} as lsoa_vintage
    from {{ ref('int_vintages_detected') }}
    group by publisher, thing, source_file
)

select
    files.publisher,
    files.thing,
    files.file,
    files.sha256,
    files.bytes,
    files.rows_in,
    files.rows_in - coalesce(set_aside.rows_set_aside, 0) - files.rows_outside as rows_kept,
    coalesce(set_aside.rows_set_aside, 0) + files.rows_outside as rows_set_aside,
    files.rows_outside,
    {{ first_of_month('files.first_month') }} as first_month,
    {{ first_of_month('files.last_month') }} as last_month,
    coalesce(files.lsoa_vintage, detected.lsoa_vintage) as lsoa_vintage,
    files.excluded_because,
    catalogue.title,
    catalogue.credit,
    catalogue.licence,
    catalogue.attribution,
    catalogue.vintage,
    catalogue.landing_page
from files
left join {{ ref('stg_landing__catalogue') }} as catalogue
    on files.publisher = catalogue.publisher and files.thing = catalogue.thing
left join set_aside
    on files.publisher = set_aside.publisher and files.thing = set_aside.thing and files.file = set_aside.file
left join detected
    on files.publisher = detected.publisher and files.thing = detected.thing and files.file = detected.file
order by files.publisher, files.thing, files.file
