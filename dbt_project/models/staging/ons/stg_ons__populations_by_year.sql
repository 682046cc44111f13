select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('year') }} as population_year,
    {{ whole_number('population') }} as residents,
    source_file,
    row_number
from {{ source('ons', 'population_by_year') }}
