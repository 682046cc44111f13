select
    upper({{ clean_text('major_category') }}) as major_category,
    upper({{ clean_text('minor_category') }}) as minor_category,
    {{ clean_text('borough') }} as borough,
    {{ clean_text('borough_code') }} as borough_code,
    {{ first_of_month('month') }} as month,
    {{ whole_number('crimes') }} as crimes,
    source_file,
    row_number
from {{ source('mps', 'borough_crime') }}
