-- The parts of a headline add up to it, and it is the count that borough_changes has of the place.
with headlines as (
    select
        crime_type,
        place_code,
        sum(crimes) filter (where part != 'headline') as added,
        sum(crimes) filter (where part = 'headline') as printed
    from {{ ref('headline_totals') }}
    group by crime_type, place_code
)

select
    headlines.*,
    changes.crimes
from headlines
inner join {{ ref('borough_changes') }} as changes
    on headlines.crime_type = changes.crime_type and headlines.place_code = changes.place_code
where
    headlines.printed is null
    or abs(headlines.added - headlines.printed) > 1e-6
    or abs(headlines.printed - changes.crimes) > 1e-6
