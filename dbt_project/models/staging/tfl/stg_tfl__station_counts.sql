select
    {{ clean_text('station') }} as station_name,
    {{ decimal_number('passengers_million') }} as passengers_million,
    source_file,
    row_number
from {{ source('tfl', 'station_counts') }}
