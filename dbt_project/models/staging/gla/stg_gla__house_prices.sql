select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ decimal_number('house_price') }} as house_price_gbp,
    source_file,
    row_number
from {{ source('gla', 'house_price') }}
