select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ decimal_number('ptal_index') }} as ptal_index,
    source_file,
    row_number
from {{ source('tfl', 'ptal') }}
