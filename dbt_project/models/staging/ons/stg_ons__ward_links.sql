select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('ward_code') }} as ward_code,
    {{ clean_text('ward_name') }} as ward_name,
    {{ clean_text('borough_code') }} as borough_code,
    {{ clean_text('borough_name') }} as borough_name,
    source_file,
    row_number
from {{ source('ons', 'lsoa_2021_to_ward_2024') }}
