select
    publisher,
    thing,
    sort_order,
    title,
    credit,
    attribution,
    licence,
    vintage,
    cadence,
    landing_page,
    is_context
from {{ source('landing', 'catalogue') }}
