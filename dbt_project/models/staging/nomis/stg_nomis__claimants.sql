select
    {{ whole_number('year') }} as claimant_year,
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('people') }} as people,
    -- The mean of the twelve months; the file has their sum.
    {{ whole_number('claimant_months') }} / 12 as claimants,
    source_file,
    row_number
from {{ source('nomis', 'claimants') }}
