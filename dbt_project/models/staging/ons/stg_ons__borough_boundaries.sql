select
    {{ clean_text('borough_code') }} as borough_code,
    {{ clean_text('borough_name') }} as borough_name,
    geometry_wkb,
    source_file,
    row_number
from {{ source('ons', 'borough_boundaries') }}
