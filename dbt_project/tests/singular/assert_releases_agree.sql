-- Publishers revise a month by a per cent or so. A newer release with a fifth less than an older one, or a quarter more, in the
-- areas of both, is damaged, such as a half-copied file or one whose figures were multiplied. A first or last month below half
-- is a stub and does not count, and the first or last of the older release may grow by any amount.
select
    month,
    source_file,
    shared_crimes as crimes,
    other_file,
    other_crimes
from {{ ref('int_releases_compared') }}
where
    not is_stub
    and (shared_crimes < 0.8 * other_crimes or (shared_crimes > 1.25 * other_crimes and not other_is_edge))
