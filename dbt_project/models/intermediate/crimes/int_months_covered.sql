-- Months covered by the source that counts, and whether each is complete, with at least half of the usual month.
with figures as (
    select
        month,
        crimes
    from {{ ref('int_releases_chosen') }}
    union all
    select
        streets.month,
        streets.crimes
    from {{ ref('int_street_months_counted') }} as streets
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'police_uk/street_crime'
),

months as (
    select
        month,
        sum(crimes) as crimes
    from figures
    group by month
)

select
    month,
    round(crimes)::bigint as crimes,
    crimes >= median(crimes) over () / 2 as is_complete
from months
