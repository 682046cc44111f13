select
    {{ clean_text('borough_code') }} as borough_code,
    {{ whole_number('pubs') }} as pubs,
    source_file,
    row_number
from {{ source('ons', 'borough_pubs') }}
