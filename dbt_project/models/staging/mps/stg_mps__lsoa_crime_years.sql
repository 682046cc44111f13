select
    upper({{ clean_text('major_category') }}) as major_category,
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('borough_code') }} as borough_code,
    {{ whole_number('year') }} as crime_year,
    {{ whole_number('crimes') }} as crimes,
    source_file,
    row_number
from {{ source('mps', 'lsoa_crime_years') }}
