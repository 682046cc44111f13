select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('residents') }} as residents,
    {{ decimal_number('area_hectares') }} as area_hectares,
    {{ decimal_number('people_per_hectare') }} as people_per_hectare,
    source_file,
    row_number
from {{ source('ons', 'density_2011') }}
