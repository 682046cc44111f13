select
    lsoa_code,
    place,
    similar_lsoa_code
from {{ source('models', 'similar_areas') }}
