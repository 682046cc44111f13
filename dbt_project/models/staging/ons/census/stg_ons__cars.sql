select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('households') }} as households,
    {{ whole_number('without_car') }} as without_car,
    source_file,
    row_number
from {{ source('ons', 'cars') }}
