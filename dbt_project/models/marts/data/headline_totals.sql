-- From what a police force recorded to the number that pages print: per crime type and place rows that add up to the one called
-- headline. What a force recorded is known where recorded_totals has it.
with sums as (
    select
        crime_type,
        force,
        place_code,
        sum(crimes) as recorded,
        bool_and(category is null) as is_of_streets,
        coalesce(sum(crimes) filter (where is_left_out), 0) as left_out
    from {{ ref('recorded_totals') }}
    group by crime_type, force, place_code
),

accounts as (
    select
        places.*,
        sums.recorded,
        sums.is_of_streets,
        sums.left_out,
        case when places.place_code = 'city' then coalesce(strays.crimes, 0) else 0 end as by_others
    from {{ ref('int_places_placed') }} as places
    left join sums
        on places.crime_type = sums.crime_type and places.force = sums.force and places.place_code = sums.place_code
    left join {{ ref('int_strays_counted') }} as strays on places.crime_type = strays.crime_type and places.force = strays.force
),

parts as (
    select
        crime_type,
        place_code,
        force,
        case when recorded is null then 'placed' when is_of_streets then 'recorded_here' else 'recorded' end as part,
        null as category,
        coalesce(recorded, placed) as crimes
    from accounts
    union all
    select
        crime_type,
        place_code,
        force,
        unnest(['without_place', 'by_others']) as part,
        null as category,
        unnest([placed - by_others + left_out - recorded, by_others]) as crimes
    from accounts
    where recorded is not null
    union all
    select
        crime_type,
        place_code,
        force,
        'not_published' as part,
        category,
        -crimes as crimes
    from {{ ref('recorded_totals') }}
    where is_left_out and crimes != 0
    union all
    -- How many it is not known: there is no file of boroughs.
    select
        accounts.crime_type,
        accounts.place_code,
        accounts.force,
        'not_published' as part,
        upper(categories.category) as category,
        null as crimes
    from accounts
    inner join {{ ref('int_crime_sources_chosen') }} as chosen
        on accounts.force = chosen.force and chosen.source_key = 'mps/lsoa_crime'
    inner join {{ ref('crime_type_categories') }} as categories
        on accounts.crime_type = categories.crime_type and categories.publisher = 'mps'
    where
        accounts.recorded is null
        and upper(categories.category) not in (select cells.category from {{ ref('int_release_cells_summed') }} as cells)
    union all
    select
        crime_type,
        place_code,
        null as force,
        'headline' as part,
        null as category,
        sum(placed order by force) as crimes
    from accounts
    group by crime_type, place_code
)

select
    parts.crime_type,
    parts.place_code,
    coalesce(places.borough_name, reported.place) as place_name,
    periods.year_ending,
    periods.period_label,
    parts.force,
    parts.part,
    parts.category,
    parts.crimes,
    row_number() over (
        partition by parts.crime_type, parts.place_code
        order by
            parts.part = 'headline',
            parts.force != chosen.force,
            parts.force,
            list_position(['recorded', 'recorded_here', 'placed', 'not_published', 'without_place', 'by_others'], parts.part),
            parts.crimes,
            parts.category
    )::integer as sort_order
from parts
cross join {{ ref('int_years_chosen') }} as periods
cross join {{ ref('int_crime_sources_chosen') }} as chosen
left join {{ ref('boroughs') }} as places on parts.place_code = places.borough_code
inner join {{ ref('reported_places') }} as reported on parts.crime_type = reported.crime_type
where parts.part != 'by_others' or parts.crimes > 0
order by parts.crime_type, parts.place_code, sort_order
