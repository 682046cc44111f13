select
    coalesce({{ clean_text('borough_code') }}, {{ clean_text('department') }}) as borough_code,
    {{ clean_text('borough_name') }} as borough_name,
    {{ first_of_month('month') }} as month,
    {{ decimal_number('officers') }} as officers,
    source_file,
    row_number
from {{ source('mps', 'officers') }}
