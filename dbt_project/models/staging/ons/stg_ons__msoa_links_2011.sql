select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ clean_text('msoa11_code') }} as msoa11_code,
    source_file,
    row_number
from {{ source('ons', 'lsoa_2011_to_msoa_2011') }}
