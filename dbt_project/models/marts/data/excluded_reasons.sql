-- How many rows of each source were excluded, and why.
select
    publisher,
    thing,
    reason,
    count(*)::bigint as row_count
from {{ ref('set_aside_rows') }}
group by publisher, thing, reason
order by publisher, thing, reason
