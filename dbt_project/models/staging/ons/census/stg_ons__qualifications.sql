-- Published as residents; a copy as per cent, with 100 as the total.
select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ percentage(decimal_number('level_none'), decimal_number('residents_16_plus')) }} as no_qualifications_pct,
    {{ percentage(decimal_number('level_1'), decimal_number('residents_16_plus')) }} as level_1_pct,
    {{ percentage(decimal_number('level_2'), decimal_number('residents_16_plus')) }} as level_2_pct,
    {{ percentage(decimal_number('apprenticeship'), decimal_number('residents_16_plus')) }} as apprenticeship_pct,
    {{ percentage(decimal_number('level_3'), decimal_number('residents_16_plus')) }} as level_3_pct,
    {{ percentage(decimal_number('level_4_plus'), decimal_number('residents_16_plus')) }} as level_4_plus_pct,
    {{ percentage(decimal_number('other'), decimal_number('residents_16_plus')) }} as other_qualifications_pct,
    source_file,
    row_number
from {{ source('ons', 'qualifications') }}
