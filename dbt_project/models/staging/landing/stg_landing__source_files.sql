select
    publisher,
    thing,
    file,
    sha256,
    bytes,
    rows_in,
    rows_kept,
    rows_set_aside,
    rows_outside,
    first_month,
    last_month,
    lsoa_vintage,
    excluded_because
from {{ source('landing', 'source_files') }}
