select
    {{ clean_text('borough_code') }} as borough_code,
    {{ decimal_number('jobs') }} as jobs,
    {{ decimal_number('jobs_per_resident') }} as jobs_per_resident,
    {{ decimal_number('workless_children_pct') }} as workless_children_pct,
    source_file,
    row_number
from {{ source('gla', 'borough_profiles') }}
