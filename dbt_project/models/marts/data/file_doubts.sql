-- What may be damaged, filtered or moved in the files that count.
select
    doubt,
    publisher,
    thing
from {{ ref('stg_landing__file_doubts') }}
order by publisher, thing, doubt
