-- Crimes of the chosen year in areas that count from street-level files, recorded by another force than the areas' own, per
-- crime type and force of the areas.
with periods as (
    select * from {{ ref('int_years_chosen') }}
),

categories as (
    select
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
    where publisher = 'police_uk'
)

select
    categories.crime_type,
    areas.force,
    sum(cells.crimes) as crimes
from {{ ref('int_street_cells_placed') }} as cells
inner join periods on cells.month between periods.first_month and periods.year_ending
inner join {{ ref('int_areas_reported') }} as areas
    on cells.lsoa_code = areas.lsoa_code and cells.month = areas.month and areas.counted_from = 'street files'
inner join categories on upper(cells.category) = categories.category
where
    cells.fate = 'located'
    and cells.force != areas.force
    and cells.force not in (
        select chosen.force
        from {{ ref('int_crime_sources_chosen') }} as chosen
        where chosen.source_key = 'mps/lsoa_crime'
    )
group by categories.crime_type, areas.force
