select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('residents_16_plus') }} as residents_16_plus,
    {{ whole_number('in_employment') }} as in_employment,
    {{ whole_number('employers') }} as employers,
    {{ whole_number('self_employed') }} as self_employed,
    {{ whole_number('unemployed') }} as unemployed,
    {{ whole_number('students_unemployed') }} as students_unemployed,
    {{ whole_number('looking_after_home') }} as looking_after_home,
    source_file,
    row_number
from {{ source('nomis', 'economic_activity') }}
