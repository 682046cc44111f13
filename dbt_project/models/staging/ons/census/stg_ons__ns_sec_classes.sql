select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('residents_16_plus') }} as residents_16_plus,
    {{ whole_number('higher_managers') }} as higher_managers,
    {{ whole_number('lower_managers') }} as lower_managers,
    {{ whole_number('intermediate') }} as intermediate,
    {{ whole_number('small_employers') }} as small_employers,
    {{ whole_number('lower_supervisory') }} as lower_supervisory,
    {{ whole_number('semi_routine') }} as semi_routine,
    {{ whole_number('routine') }} as routine,
    {{ whole_number('never_worked') }} as never_worked,
    {{ whole_number('students') }} as students,
    source_file,
    row_number
from {{ source('ons', 'ns_sec') }}
