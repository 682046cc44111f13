select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ decimal_number('noon_minutes') }} as noon_minutes,
    source_file,
    row_number
from {{ source('mopac', 'police_counter_times') }}
