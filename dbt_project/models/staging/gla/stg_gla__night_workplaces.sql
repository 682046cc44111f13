select
    {{ clean_text('kind') }} as kind,
    {{ clean_text('msoa11_code') }} as msoa11_code,
    {{ whole_number('year') }} as workplace_year,
    {{ whole_number('workplaces') }} as workplaces,
    source_file,
    row_number
from {{ source('gla', 'night_economy') }}
