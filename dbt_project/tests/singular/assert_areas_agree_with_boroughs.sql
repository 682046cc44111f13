-- Files by small area and by borough count the same crimes, but those without a place: London's have 88 to 103 % of them by
-- month, category or borough. Outside, one kind of file was moved, multiplied, or has lost rows.
{{ config(severity='warn') }}
with files as (
    select
        string_agg(file, ' and ' order by file) filter (where thing = 'lsoa_crime') as lsoa_files,
        string_agg(file, ' and ' order by file) filter (where thing = 'borough_crime') as borough_files
    from {{ ref('stg_landing__source_files') }}
    where publisher = 'mps'
),

summed as (
    select
        coalesce(borough_name, major_category, month::varchar) as part,
        sum(lsoa_crimes) as lsoa_crimes,
        sum(borough_crimes) as borough_crimes
    from {{ ref('borough_reconciliations') }}
    where is_in_lsoa_files and borough_code is not null
    group by grouping sets ((borough_name), (major_category), (month))
)

select
    summed.*,
    format(
        '{}: {:,} crimes in {} and {:,} in {}; compare both with the publisher''s files, and replace the wrong one',
        summed.part, summed.lsoa_crimes::bigint, files.lsoa_files, summed.borough_crimes::bigint, files.borough_files
    ) as said
from summed
cross join files
where summed.borough_crimes >= 1000 and summed.lsoa_crimes / summed.borough_crimes not between 0.75 and 1.1
order by summed.part
