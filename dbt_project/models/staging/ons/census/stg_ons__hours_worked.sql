-- Published as residents; a copy as per cent, without a total.
{% set workers = 'coalesce(' ~ decimal_number('workers') ~ ', 100)' %}
select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ percentage(decimal_number('part_time_15'), workers) }} as works_up_to_15_hours_pct,
    {{ percentage(decimal_number('part_time_30'), workers) }} as works_16_to_30_hours_pct,
    {{ percentage(decimal_number('full_time_48'), workers) }} as works_31_to_48_hours_pct,
    {{ percentage(decimal_number('full_time_49_plus'), workers) }} as works_49_plus_hours_pct,
    source_file,
    row_number
from {{ source('ons', 'hours_worked') }}
