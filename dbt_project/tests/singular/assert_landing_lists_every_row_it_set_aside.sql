-- What landing counted as set aside is listed, row by row, with a reason.
with listed as (
    select
        publisher,
        thing,
        file,
        count(*) as listed_rows
    from {{ ref('stg_landing__set_aside_rows') }}
    group by publisher, thing, file
)

select
    files.file,
    files.rows_set_aside,
    listed.listed_rows
from {{ ref('stg_landing__source_files') }} as files
left join listed
    on files.publisher = listed.publisher and files.thing = listed.thing and files.file = listed.file
where files.rows_set_aside != coalesce(listed.listed_rows, 0) or files.rows_in != files.rows_kept + files.rows_set_aside
