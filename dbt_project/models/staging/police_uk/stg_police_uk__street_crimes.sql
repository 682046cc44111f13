select
    {{ first_of_month('month') }} as month,
    {{ clean_text('reported_by') }} as reported_by,
    {{ clean_text('falls_within') }} as falls_within,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ clean_text('crime_type') }} as crime_type_as_published,
    {{ clean_text('last_outcome_category') }} as last_outcome,
    archive,
    source_file,
    row_number
from {{ source('police_uk', 'street_crime') }}
