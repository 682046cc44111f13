-- What a force recorded in the chosen year, per crime type, category and place: where it has files of boroughs for the whole
-- year, or street-level files. Of these its own areas and no area count: of a place cut out of them nothing else is landed.
with categories as (
    select
        publisher,
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
),

files as (
    select counted.*
    from {{ ref('borough_reconciliations') }} as counted
    inner join {{ ref('int_years_chosen') }} as periods on counted.month between periods.first_month and periods.year_ending
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

homes as (
    select
        lsoa_code,
        min(force) as force
    from {{ ref('int_areas_reported') }}
    group by lsoa_code
),

of_streets as (
    select
        cells.force,
        categories.crime_type,
        sum(cells.crimes) as crimes
    from {{ ref('int_street_cells_placed') }} as cells
    inner join {{ ref('int_years_chosen') }} as periods on cells.month between periods.first_month and periods.year_ending
    inner join categories on upper(cells.category) = categories.category and categories.publisher = 'police_uk'
    left join homes on cells.lsoa_code = homes.lsoa_code
    where cells.is_newest and (cells.force = homes.force or cells.source_code is null)
    group by cells.force, categories.crime_type
),

of_boroughs as (
    select
        places.crime_type,
        places.force,
        places.place_code,
        files.major_category as category,
        not files.is_in_lsoa_files as is_left_out,
        sum(files.borough_crimes) as crimes
    from {{ ref('int_places_placed') }} as places
    inner join {{ ref('int_crime_sources_chosen') }} as chosen
        on places.force = chosen.force and chosen.source_key = 'mps/lsoa_crime'
    inner join of_types as files
        on
            places.crime_type = files.crime_type
            and (places.place_code = 'city' or places.place_code = files.borough_code)
    left join {{ ref('int_places_placed') }} as whole
        on files.crime_type = whole.crime_type and places.force = whole.force and files.borough_code = whole.place_code
    where places.is_whole and (files.borough_code is null or whole.place_code is not null)
    group by all
)

select
    crime_type,
    force,
    place_code,
    category,
    is_left_out,
    crimes::double as crimes
from of_boroughs
union all
select
    places.crime_type,
    places.force,
    places.place_code,
    null as category,
    false as is_left_out,
    streets.crimes::double as crimes
from {{ ref('int_places_placed') }} as places
inner join of_streets as streets on places.force = streets.force and places.crime_type = streets.crime_type
cross join {{ ref('int_crime_sources_chosen') }} as chosen
where
    places.place_code = 'city'
    and places.is_whole
    and (chosen.source_key = 'police_uk/street_crime' or places.force != chosen.force)
