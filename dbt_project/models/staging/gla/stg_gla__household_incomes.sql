select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ decimal_number('mean_household_income') }} as household_income_gbp,
    source_file,
    row_number
from {{ source('gla', 'household_income') }}
