select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    100 * {{ decimal_number('residential_share') }} as residential_land_pct,
    source_file,
    row_number
from {{ source('gla', 'residential_land') }}
