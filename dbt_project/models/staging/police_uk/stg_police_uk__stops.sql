select
    -- Only the file's name gives the force.
    coalesce(replace(force, '-', ' '), '') as force,
    {{ first_of_month('month') }} as month,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    {{ clean_text('object_of_search') }} as object_of_search,
    {{ clean_text('outcome') }} as outcome,
    source_file,
    row_number
from {{ source('police_uk', 'stop_and_search') }}
