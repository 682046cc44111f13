select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    100 * {{ decimal_number('unemployment') }} as unemployment_pct,
    source_file,
    row_number
from {{ source('nomis', 'unemployment') }}
