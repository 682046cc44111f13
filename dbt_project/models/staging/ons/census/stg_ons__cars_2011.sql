select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('households') }} as households,
    {{ whole_number('without_car') }} as without_car,
    {{ whole_number('cars') }} as cars,
    source_file,
    row_number
from {{ source('ons', 'cars_2011') }}
