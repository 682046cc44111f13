-- From what a police force recorded to the number that pages print: per crime type and place rows that add up to the one called
-- headline. What a force recorded is known where it has files of boroughs for the whole year, or street-level files.
with periods as (
    select * from {{ ref('int_years_chosen') }}
),

chosen as (
    select * from {{ ref('int_crime_sources_chosen') }}
),

forces as (
    select
        lsoa_code,
        min(force) as force
    from {{ ref('int_areas_reported') }}
    group by lsoa_code
),

areas as (
    select
        lsoas.borough_code,
        lsoas.borough_name,
        years.crime_type,
        years.crimes,
        years.lsoa_code,
        coalesce(forces.force, chosen.force) as force
    from {{ ref('lsoa_years') }} as years
    inner join {{ ref('lsoas') }} as lsoas on years.lsoa_code = lsoas.lsoa_code
    cross join chosen
    left join forces on years.lsoa_code = forces.lsoa_code
    where years.is_current
),

boroughs as (
    select
        crime_type,
        force,
        borough_code,
        any_value(borough_name) as borough_name,
        count(crimes) = count(*) as is_whole,
        count(crimes) > 0 as is_counted,
        sum(crimes order by lsoa_code) as placed
    from areas
    group by crime_type, force, borough_code
),

-- A borough, and the city with what its boroughs have; of boroughs that are whole alone it can be said what is left out.
places as (
    select
        crime_type,
        force,
        borough_code as place_code,
        borough_name as place_name,
        is_whole,
        placed
    from boroughs
    where is_whole
    union all
    select
        boroughs.crime_type,
        boroughs.force,
        'city' as place_code,
        any_value(reported.place) as place_name,
        bool_and(boroughs.is_whole) as is_whole,
        sum(boroughs.placed order by boroughs.borough_code) as placed
    from boroughs
    inner join {{ ref('reported_places') }} as reported on boroughs.crime_type = reported.crime_type
    where boroughs.is_counted
    group by boroughs.crime_type, boroughs.force
),

categories as (
    select
        publisher,
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
),

files as (
    select counted.*
    from {{ ref('borough_reconciliations') }} as counted
    inner join periods on counted.month between periods.first_month and periods.year_ending
    qualify count(distinct counted.month) over () = 12
),

-- Where a crime has no borough it is the city's alone; a category that no type names is under all crime.
of_types as (
    select
        files.*,
        'total' as crime_type
    from files
    union all
    select
        files.*,
        categories.crime_type
    from files
    inner join categories
        on files.major_category = categories.category and categories.publisher = 'mps' and categories.crime_type != 'total'
),

of_boroughs as (
    select
        chosen.force,
        of_types.crime_type,
        of_types.borough_code,
        of_types.major_category as category,
        not of_types.is_in_lsoa_files as is_left_out,
        of_types.borough_crimes as crimes
    from of_types
    inner join chosen on chosen.source_key = 'mps/lsoa_crime'
),

of_streets as (
    select
        cells.force,
        categories.crime_type,
        sum(cells.crimes) as crimes
    from {{ ref('int_street_cells_placed') }} as cells
    inner join periods on cells.month between periods.first_month and periods.year_ending
    inner join categories on upper(cells.category) = categories.category and categories.publisher = 'police_uk'
    where cells.is_newest
    group by cells.force, categories.crime_type
),

recorded as (
    select
        places.crime_type,
        places.force,
        places.place_code,
        files.category,
        files.is_left_out,
        files.crimes
    from places
    inner join of_boroughs as files
        on
            places.force = files.force
            and places.crime_type = files.crime_type
            and (places.place_code = 'city' or places.place_code = files.borough_code)
    left join places as whole
        on files.crime_type = whole.crime_type and files.force = whole.force and files.borough_code = whole.place_code
    where places.is_whole and (files.borough_code is null or whole.place_code is not null)
    union all
    select
        places.crime_type,
        places.force,
        places.place_code,
        null as category,
        false as is_left_out,
        streets.crimes
    from places
    inner join of_streets as streets on places.force = streets.force and places.crime_type = streets.crime_type
    cross join chosen
    where
        places.place_code = 'city'
        and places.is_whole
        and (chosen.source_key = 'police_uk/street_crime' or places.force != chosen.force)
),

sums as (
    select
        crime_type,
        force,
        place_code,
        sum(crimes) as recorded,
        coalesce(sum(crimes) filter (where is_left_out), 0) as left_out
    from recorded
    group by crime_type, force, place_code
),

parts as (
    select
        crime_type,
        place_code,
        force,
        'recorded' as part,
        null as category,
        recorded as crimes
    from sums
    union all
    select
        crime_type,
        place_code,
        force,
        'not_published' as part,
        category,
        -sum(crimes) as crimes
    from recorded
    where is_left_out
    group by crime_type, place_code, force, category
    having sum(crimes) != 0
    union all
    -- How many it is not known: there is no file of boroughs.
    select
        places.crime_type,
        places.place_code,
        places.force,
        'not_published' as part,
        categories.category,
        null as crimes
    from places
    inner join chosen on places.force = chosen.force and chosen.source_key = 'mps/lsoa_crime'
    inner join categories on places.crime_type = categories.crime_type and categories.publisher = 'mps'
    left join sums
        on places.crime_type = sums.crime_type and places.force = sums.force and places.place_code = sums.place_code
    where
        sums.recorded is null
        and categories.category not in (select cells.category from {{ ref('int_release_cells_summed') }} as cells)
    union all
    select
        places.crime_type,
        places.place_code,
        places.force,
        'without_place' as part,
        null as category,
        places.placed + sums.left_out - sums.recorded as crimes
    from places
    inner join sums
        on places.crime_type = sums.crime_type and places.force = sums.force and places.place_code = sums.place_code
    union all
    select
        places.crime_type,
        places.place_code,
        places.force,
        'placed' as part,
        null as category,
        places.placed as crimes
    from places
    left join sums
        on places.crime_type = sums.crime_type and places.force = sums.force and places.place_code = sums.place_code
    where sums.recorded is null
    union all
    select
        crime_type,
        place_code,
        null as force,
        'headline' as part,
        null as category,
        sum(placed order by force) as crimes
    from places
    group by crime_type, place_code
),

named as (
    select distinct
        crime_type,
        place_code,
        place_name
    from places
)

select
    parts.crime_type,
    parts.place_code,
    named.place_name,
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
            list_position(['recorded', 'placed', 'not_published', 'without_place'], parts.part),
            parts.crimes,
            parts.category
    )::integer as sort_order
from parts
cross join periods
cross join chosen
inner join named on parts.crime_type = named.crime_type and parts.place_code = named.place_code
order by parts.crime_type, parts.place_code, sort_order
