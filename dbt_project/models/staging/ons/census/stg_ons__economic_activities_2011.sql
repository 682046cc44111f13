select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('residents_16_to_74') }} as residents_16_to_74,
    {{ whole_number('part_time_employers') }} as part_time_employers,
    {{ whole_number('full_time_employers') }} as full_time_employers,
    {{ whole_number('part_time_self_employed') }} as part_time_self_employed,
    {{ whole_number('full_time_self_employed') }} as full_time_self_employed,
    {{ whole_number('unemployed') }} as unemployed,
    {{ whole_number('looking_after_home') }} as looking_after_home,
    source_file,
    row_number
from {{ source('ons', 'economic_activity_2011') }}
