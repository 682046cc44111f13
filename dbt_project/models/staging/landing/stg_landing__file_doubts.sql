select
    publisher,
    thing,
    doubt
from {{ source('landing', 'file_doubts') }}
