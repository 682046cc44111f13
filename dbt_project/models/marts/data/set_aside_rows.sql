select
    publisher,
    thing,
    file,
    row_number,
    reason,
    content
from {{ ref('int_rows_set_aside') }}
order by publisher, thing, file, row_number
