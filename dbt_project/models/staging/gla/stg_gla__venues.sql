select
    {{ clean_text('venue_type') }} as venue_type,
    {{ clean_text('name') }} as name,
    {{ clean_text('borough_code') }} as borough_code,
    {{ decimal_number('easting') }} as easting,
    {{ decimal_number('northing') }} as northing,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    source_file,
    row_number
from {{ source('gla', 'venues') }}
