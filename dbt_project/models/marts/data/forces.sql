-- What each force delivered over the whole span of the data.
select
    force,
    count(*)::integer as months,
    count(*) filter (where is_complete)::integer as months_complete,
    count(*) filter (where types_reported > 0 and not is_complete)::integer as months_partial,
    count(*) filter (where types_reported = 0)::integer as months_missing,
    count(*) filter (where is_provisional)::integer as months_provisional,
    string_agg(distinct counted_from, '; ' order by counted_from) as counted_from,
    min(located_pct) as located_lowest_pct,
    max(located_pct) as located_highest_pct
from {{ ref('coverage') }}
group by force
order by force
