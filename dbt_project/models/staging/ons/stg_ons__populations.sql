select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ decimal_number('area_km2') }} as area_km2,
    {{ whole_number('year') }} as population_year,
    {{ whole_number('population') }} as residents,
    {{ decimal_number('people_per_km2') }} as people_per_km2,
    source_file,
    row_number
from {{ source('ons', 'population') }}
