-- Months that the source which counts covers, and whether each is whole: below half of the usual month it is not.
with figures as (
    select
        month,
        crimes
    from {{ ref('int_releases_chosen') }}
    union all
    select
        month,
        crimes
    from {{ ref('int_street_months_counted') }}
    where exists (
        select 1 from {{ ref('int_crime_sources_chosen') }} where source_key = 'police_uk/street_crime'
    )
),

months as (
    select
        month,
        sum(crimes) as crimes
    from figures
    group by month
),

compared as (
    select
        *,
        median(crimes) over () as usual_crimes
    from months
)

select
    month,
    round(crimes)::bigint as crimes,
    usual_crimes,
    crimes >= usual_crimes / 2 as is_complete
from compared
