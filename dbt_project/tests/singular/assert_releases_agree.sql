-- Publishers revise a month by a per cent or so. A newer release that has a fifth less than an older one is damaged, such as
-- a file of which half was copied; an edge month below half is a stub, and was not chosen.
select
    month,
    source_file,
    crimes,
    other_file,
    other_crimes
from {{ ref('int_releases_chosen') }}
where reason = 'newest release' and crimes < 0.8 * other_crimes
