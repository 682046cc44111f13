select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    upper({{ clean_text('major_category') }}) as major_category,
    upper({{ clean_text('minor_category') }}) as minor_category,
    {{ first_of_month('month') }} as month,
    {{ whole_number('crimes') }} as crimes,
    source_file,
    row_number
from {{ source('mps', 'lsoa_crime') }}
