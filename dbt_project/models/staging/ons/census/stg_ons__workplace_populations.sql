select
    {{ clean_text('msoa_code') }} as msoa_code,
    {{ whole_number('workers') }} as workers,
    source_file,
    row_number
from {{ source('ons', 'workplace_population') }}
