-- From what a police force recorded to the number that pages print: per crime type and place rows that add up to the one called
-- headline. What a force recorded is known where recorded_totals has it.
with sums as (
    select
        crime_type,
        force,
        place_code,
        sum(crimes) as recorded,
        coalesce(sum(crimes) filter (where is_left_out), 0) as left_out
    from {{ ref('recorded_totals') }}
    group by crime_type, force, place_code
),

-- In an area where street-level files count, whichever force recorded the crime.
others as (
    select
        categories.crime_type,
        areas.force,
        sum(cells.crimes) as crimes
    from {{ ref('int_street_cells_placed') }} as cells
    inner join periods on cells.month between periods.first_month and periods.year_ending
    inner join {{ ref('int_areas_reported') }} as areas
        on cells.lsoa_code = areas.lsoa_code and cells.month = areas.month and areas.counted_from = 'street files'
    inner join {{ ref('crime_type_categories') }} as categories
        on categories.publisher = 'police_uk' and upper(cells.category) = upper(categories.category)
    where
        cells.fate = 'located'
        and cells.force != areas.force
        and cells.force not in (select chosen.force from chosen where chosen.source_key = 'mps/lsoa_crime')
    group by categories.crime_type, areas.force
),

accounts as (
    select
        places.*,
        sums.recorded,
        sums.left_out,
        case when places.place_code = 'city' then coalesce(others.crimes, 0) else 0 end as by_others
    from {{ ref('int_places_placed') }} as places
    left join sums
        on places.crime_type = sums.crime_type and places.force = sums.force and places.place_code = sums.place_code
    left join others on places.crime_type = others.crime_type and places.force = others.force
),

parts as (
    select
        crime_type,
        place_code,
        force,
        case when recorded is null then 'placed' else 'recorded' end as part,
        null as category,
        coalesce(recorded, placed) as crimes
    from accounts
    union all
    select
        crime_type,
        place_code,
        force,
        'without_place' as part,
        null as category,
        placed - by_others + left_out - recorded as crimes
    from accounts
    where recorded is not null
    union all
    select
        crime_type,
        place_code,
        force,
        'by_others' as part,
        null as category,
        by_others as crimes
    from accounts
    where recorded is not null and by_others > 0
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
            list_position(['recorded', 'placed', 'not_published', 'without_place', 'by_others'], parts.part),
            parts.crimes,
            parts.category
    )::integer as sort_order
from parts
cross join {{ ref('int_years_chosen') }} as periods
cross join {{ ref('int_crime_sources_chosen') }} as chosen
left join {{ ref('boroughs') }} as places on parts.place_code = places.borough_code
inner join {{ ref('reported_places') }} as reported on parts.crime_type = reported.crime_type
order by parts.crime_type, parts.place_code, sort_order
