select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('tenure') }} as tenure,
    {{ whole_number('households') }} as households,
    source_file,
    row_number
from {{ source('ons', 'tenure') }}
