select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('dimensions') }} as dimensions,
    {{ whole_number('households') }} as households,
    source_file,
    row_number
from {{ source('ons', 'household_deprivation') }}
