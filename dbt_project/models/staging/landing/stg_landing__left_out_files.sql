select
    publisher,
    thing,
    file,
    reason,
    detail
from {{ source('landing', 'left_out_files') }}
