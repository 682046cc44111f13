select
    {{ clean_text('name') }} as name,
    {{ clean_text('hours_proposed') }} as hours_proposed,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    source_file,
    row_number
from {{ source('mopac', 'front_counters') }}
