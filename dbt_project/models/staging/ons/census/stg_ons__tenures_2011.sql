select
    {{ clean_text('lsoa11_code') }} as lsoa11_code,
    {{ whole_number('households') }} as households,
    {{ whole_number('owned_outright') }} as owned_outright,
    {{ whole_number('mortgaged') }} as mortgaged,
    {{ whole_number('shared_ownership') }} as shared_ownership,
    {{ whole_number('council_rented') }} as council_rented,
    {{ whole_number('other_social_rented') }} as other_social_rented,
    {{ whole_number('private_landlord') }} as private_landlord,
    {{ whole_number('other_private_rented') }} as other_private_rented,
    {{ whole_number('rent_free') }} as rent_free,
    source_file,
    row_number
from {{ source('ons', 'tenure_2011') }}
