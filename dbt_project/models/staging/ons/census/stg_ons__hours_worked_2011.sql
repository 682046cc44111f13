select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('workers') }} as workers,
    {{ whole_number('men_up_to_15_hours') }} as men_up_to_15_hours,
    {{ whole_number('men_16_to_30_hours') }} as men_16_to_30_hours,
    {{ whole_number('men_31_to_48_hours') }} as men_31_to_48_hours,
    {{ whole_number('men_49_plus_hours') }} as men_49_plus_hours,
    {{ whole_number('women_up_to_15_hours') }} as women_up_to_15_hours,
    {{ whole_number('women_16_to_30_hours') }} as women_16_to_30_hours,
    {{ whole_number('women_31_to_48_hours') }} as women_31_to_48_hours,
    {{ whole_number('women_49_plus_hours') }} as women_49_plus_hours,
    source_file,
    row_number
from {{ source('ons', 'hours_worked_2011') }}
