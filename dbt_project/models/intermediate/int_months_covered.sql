-- Months that the chosen releases cover, and whether each is whole: below half of the usual month it is not.
with releases as (
    select
        month,
        source_file,
        crimes
    from {{ ref('int_releases_chosen') }}
),

compared as (
    select
        *,
        median(crimes) over () as usual_crimes
    from releases
)

select
    month,
    source_file,
    crimes,
    usual_crimes,
    crimes >= usual_crimes / 2 as is_complete
from compared
