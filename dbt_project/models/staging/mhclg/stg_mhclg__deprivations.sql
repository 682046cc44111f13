select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ deprivation_columns() }}
    source_file,
    row_number
from {{ source('mhclg', 'deprivation') }}
