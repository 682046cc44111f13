-- Stops and searches for what a crime type is about, in a force's newest twelve months, by outcome: in the
-- boroughs, or with no place stated.
with newest as (
    select
        force,
        max(month) as last_month,
        count(distinct month) filter (where month > last_of_force - interval 12 months) as months
    from (
        select
            force,
            month,
            max(month) over (partition by force) as last_of_force
        from {{ ref('stop_and_search') }}
    )
    group by force
),

counted as (
    select
        searches.force,
        kinds.crime_type,
        searches.object_of_search,
        searches.outcome,
        newest.last_month,
        newest.months,
        sum(searches.searches) as searches
    from {{ ref('stop_and_search') }} as searches
    inner join {{ ref('search_objects') }} as kinds on searches.object_of_search = kinds.object_of_search
    inner join newest on searches.force = newest.force
    where searches.month > newest.last_month - interval 12 months
    group by searches.force, kinds.crime_type, searches.object_of_search, searches.outcome, newest.last_month, newest.months
)

select
    force,
    crime_type,
    object_of_search,
    outcome,
    last_month,
    months,
    case
        when months = 12 then {{ year_label('last_month') }}
        else months || ' of the ' || {{ year_label('last_month') }}
    end as period_label,
    searches::bigint as searches,
    {{ percentage('searches', 'sum(searches) over (partition by force, object_of_search)') }} as share_pct
from counted
order by force asc, object_of_search asc, searches desc, outcome asc
