select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('residents_16_plus') }} as residents_16_plus,
    {{ whole_number('no_qualifications') }} as no_qualifications,
    {{ whole_number('level_1') }} as level_1,
    {{ whole_number('level_2') }} as level_2,
    {{ whole_number('apprenticeship') }} as apprenticeship,
    {{ whole_number('level_3') }} as level_3,
    {{ whole_number('level_4_plus') }} as level_4_plus,
    {{ whole_number('other_qualifications') }} as other_qualifications,
    source_file,
    row_number
from {{ source('ons', 'qualifications_2011') }}
