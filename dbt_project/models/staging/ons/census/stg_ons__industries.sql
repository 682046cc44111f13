select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('industry_code') }} as industry_code,
    {{ whole_number('residents') }} as residents,
    source_file,
    row_number
from {{ source('ons', 'industry') }}
