select
    msoa_code,
    place,
    similar_msoa_code
from {{ source('models', 'similar_neighbourhoods') }}
