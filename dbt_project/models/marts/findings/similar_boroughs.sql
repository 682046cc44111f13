select
    borough_code,
    place,
    similar_borough_code
from {{ source('models', 'similar_boroughs') }}
