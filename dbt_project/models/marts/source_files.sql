-- What landing counted per file, less the rows that were set aside later, because they belong to no area.
with files as (
    select * from {{ ref('stg_landing__source_files') }}
),

set_aside as (
    select
        publisher,
        thing,
        file,
        count(*) as rows_set_aside
    from {{ ref('int_rows_set_aside') }}
    group by publisher, thing, file
)

select
    files.publisher,
    files.thing,
    files.file,
    files.sha256,
    files.bytes,
    files.rows_in,
    files.rows_in - coalesce(set_aside.rows_set_aside, 0) as rows_kept,
    coalesce(set_aside.rows_set_aside, 0) as rows_set_aside,
    files.first_month,
    files.last_month,
    files.lsoa_vintage
from files
left join set_aside
    on files.publisher = set_aside.publisher and files.thing = set_aside.thing and files.file = set_aside.file
order by files.publisher, files.thing, files.file
