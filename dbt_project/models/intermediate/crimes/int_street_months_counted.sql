-- Street-level files per force and month: of several archives with the month, the latest counts. A file with half of the
-- categories or fewer, or with a single kind of crime, was cut by somebody: it is not the force's month.
with crimes as (
    select
        force,
        month,
        source_file,
        category,
        crimes,
        fate,
        -- Anti-social behaviour is an incident, not a crime.
        upper(category) = 'ANTI-SOCIAL BEHAVIOUR' as is_antisocial
    from {{ ref('int_street_cells_placed') }}
    where is_newest and month is not null
)

select
    force,
    month,
    any_value(source_file) as source_file,
    round(coalesce(sum(crimes) filter (where not is_antisocial), 0))::bigint as crimes,
    round(coalesce(sum(crimes) filter (where is_antisocial), 0))::bigint as antisocial_incidents,
    count(distinct category) > max(count(distinct category)) over () / 2
    and count(distinct category) filter (where not is_antisocial) >= 2 as is_whole_file,
    round(coalesce(sum(crimes) filter (where not is_antisocial and fate = 'located'), 0))::bigint as located_crimes
from crimes
group by force, month
