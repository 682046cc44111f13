select
    {{ clean_text('site_function') }} as site_function,
    {{ clean_text('name') }} as name,
    geometry_wkb,
    source_file,
    row_number
from {{ source('os', 'greenspace') }}
