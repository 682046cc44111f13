select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('lsoa_name') }} as lsoa_name,
    {{ clean_text('msoa_code') }} as msoa_code,
    {{ clean_text('msoa_name') }} as msoa_name,
    {{ clean_text('borough_code') }} as borough_code,
    {{ clean_text('borough_name') }} as borough_name,
    geometry_wkb,
    source_file,
    row_number
from {{ source('ons', 'lsoa_boundaries') }}
