select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ decimal_number('no2_mean') }} as no2_ug_m3,
    source_file,
    row_number
from {{ source('gla', 'no2') }}
