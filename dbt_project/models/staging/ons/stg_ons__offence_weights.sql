select
    {{ clean_text('offence') }} as offence,
    {{ decimal_number('weight') }} as weight,
    source_file,
    row_number
from {{ source('ons', 'crime_severity') }}
