select
    {{ clean_text('lsoa_code') }} as lsoa11_code,
    {{ deprivation_columns() }}
    100 * {{ decimal_number('child_poverty_score') }} as child_poverty_pct,
    100 * {{ decimal_number('older_poverty_score') }} as older_poverty_pct,
    source_file,
    row_number
from {{ source('mhclg', 'deprivation_2019') }}
