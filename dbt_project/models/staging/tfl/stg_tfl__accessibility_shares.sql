select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ decimal_number('good_pct') }} as good_pct,
    source_file,
    row_number
from {{ source('tfl', 'accessibility') }}
