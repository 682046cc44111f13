-- Stops and searches by force, borough, month, object and outcome.
select
    stops.force,
    stops.borough_code,
    coalesce(boroughs.borough_name, 'No place stated') as borough_name,
    stops.month,
    coalesce(stops.object_of_search, 'Not stated') as object_of_search,
    coalesce(stops.outcome, 'Not stated') as outcome,
    count(*) as searches
from {{ ref('int_stops_placed') }} as stops
left join {{ ref('boroughs') }} as boroughs on stops.borough_code = boroughs.borough_code
where stops.fate in ('located', 'no_place')
group by all
order by all
