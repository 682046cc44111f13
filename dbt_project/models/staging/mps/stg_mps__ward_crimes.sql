select
    upper({{ clean_text('major_category') }}) as major_category,
    {{ clean_text('ward_code') }} as ward_code,
    {{ clean_text('ward_name') }} as ward_name,
    {{ clean_text('borough') }} as borough,
    {{ clean_text('borough_code') }} as borough_code,
    {{ first_of_month('month') }} as month,
    {{ whole_number('crimes') }} as crimes,
    source_file,
    row_number
from {{ source('mps', 'ward_crime') }}
