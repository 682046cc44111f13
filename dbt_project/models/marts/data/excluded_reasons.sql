-- Number of excluded rows of each source by reason.
with listed as (
    select
        publisher,
        thing,
        reason,
        -- Landing writes the category before the record; a blank one has no seed line.
        case
            when reason = 'unknown_category' and content not like ': %'
                then format('{0},{1},total; {0},{1},other', publisher, split_part(content, ': ', 1))
        end as seed_line,
        1 as rows_excluded
    from {{ ref('set_aside_rows') }}
    union all
    select
        publisher,
        thing,
        'outside' as reason,
        null as seed_line,
        rows_outside as rows_excluded
    from {{ ref('source_files') }}
    where rows_outside > 0
)

select
    publisher,
    thing,
    reason,
    sum(rows_excluded)::bigint as row_count,
    string_agg(distinct seed_line, '; ' order by seed_line) as seed_lines
from listed
group by publisher, thing, reason
order by publisher, thing, reason
