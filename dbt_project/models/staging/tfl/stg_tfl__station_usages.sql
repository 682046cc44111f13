select
    {{ clean_text('mode') }} as network,
    {{ clean_text('station') }} as station_name,
    {{ decimal_number('passengers') }} / 1e6 as passengers_million,
    source_file,
    row_number
from {{ source('tfl', 'station_usage') }}
