-- Files that add nothing: those that no source reads, those with a header alone, and copies of another file.
with not_read as (
    select * from {{ ref('stg_landing__left_out_files') }}
),

empty as (
    select
        publisher,
        thing,
        file,
        'delivered_empty' as reason,
        'a header and no rows: what it is for is not reported, which is not zero' as detail
    from {{ ref('stg_landing__source_files') }}
    where rows_in = 0
),

copied as (
    select
        publisher,
        thing,
        file,
        'duplicate' as reason,
        'every row is ' || any_value(content) as detail
    from {{ ref('stg_landing__set_aside_rows') }}
    where reason = 'duplicate' and starts_with(content, 'the same record of ')
    group by publisher, thing, file
),

copies as (
    select
        copied.publisher,
        copied.thing,
        copied.file,
        copied.reason,
        copied.detail
    from copied
    inner join {{ ref('stg_landing__source_files') }} as files
        on copied.publisher = files.publisher and copied.thing = files.thing and copied.file = files.file
    -- A copy of a file may have set a few rows aside for reasons of their own.
    where files.rows_kept = 0
),

combined as (
    select * from not_read
    union all
    select * from empty
    union all
    select * from copies
)

select
    file,
    publisher,
    thing,
    reason,
    detail
from combined
order by file
