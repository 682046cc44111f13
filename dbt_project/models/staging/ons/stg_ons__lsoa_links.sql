select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ clean_text('lsoa11_name') }} as lsoa11_name,
    {{ clean_text('lsoa21_code') }} as lsoa_code,
    {{ clean_text('lsoa21_name') }} as lsoa_name,
    {{ clean_text('borough_code') }} as borough_code,
    {{ clean_text('borough_name') }} as borough_name,
    source_file,
    row_number
from {{ source('ons', 'lsoa_2011_to_2021') }}
