-- Publishers revise a month by a per cent or so. A newer release with a fifth less than an older one, in the areas of both, is
-- damaged, such as a half-copied file; a first or last month below half is a stub, and does not count.
select
    month,
    source_file,
    shared_crimes as crimes,
    other_file,
    other_crimes
from {{ ref('int_releases_compared') }}
where not is_stub and shared_crimes < 0.8 * other_crimes
