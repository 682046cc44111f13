select
    publisher,
    thing,
    file,
    row_number,
    reason,
    content
from {{ source('landing', 'set_aside_rows') }}
