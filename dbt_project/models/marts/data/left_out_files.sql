-- Files without effect: those that no source reads, those with only a header, and copies of another file.
with copied as (
    select
        publisher,
        thing,
        file,
        'every row is ' || any_value(content) as detail
    from {{ ref('stg_landing__set_aside_rows') }}
    where reason = 'duplicate' and starts_with(content, 'the same record of ')
    group by publisher, thing, file
),

without_rows as (
    select
        files.publisher,
        files.thing,
        files.file,
        case
            when copied.detail is not null then 'duplicate'
            when files.rows_outside > 0 then 'outside_place'
            else 'delivered_empty'
        end as reason,
        coalesce(
            copied.detail,
            case when files.rows_outside > 0 then 'none of its rows is of the place that was chosen' end,
            'a header and no rows: what it is for is not reported, which is not zero'
        ) as detail
    from {{ ref('stg_landing__source_files') }} as files
    left join copied
        on files.publisher = copied.publisher and files.thing = copied.thing and files.file = copied.file
    -- Landing refuses every other file without a row that counts; a source excluded entirely says so in its account.
    where files.rows_kept = 0 and files.excluded_because is null
),

combined as (
    select * from {{ ref('stg_landing__left_out_files') }}
    union all
    select * from without_rows
)

select
    file,
    publisher,
    thing,
    reason,
    detail
from combined
order by file
