select
    {{ clean_text('msoa_code') }} as msoa_code,
    {{ clean_text('msoa_name') }} as msoa_name,
    {{ clean_text('area_name') }} as area_name,
    source_file,
    row_number
from {{ source('house_of_commons_library', 'msoa_names') }}
