select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('households') }} as households,
    {{ whole_number('one_person') }} as one_person,
    {{ whole_number('married_with_children') }} as married_with_children,
    {{ whole_number('cohabiting_with_children') }} as cohabiting_with_children,
    {{ whole_number('lone_parents') }} as lone_parents,
    source_file,
    row_number
from {{ source('ons', 'household_composition') }}
