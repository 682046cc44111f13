select
    {{ clean_text('borough_code') }} as borough_code,
    {{ whole_number('year') }} as pay_year,
    {{ decimal_number('weekly_pay_gbp') }} as weekly_pay_gbp,
    source_file,
    row_number
from {{ source('gla', 'earnings') }}
