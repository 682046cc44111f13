-- Which crime types a force reports. A street-level file that somebody cut to one crime type says nothing about the others,
-- and is no total: that takes two categories of crime.
with chosen as (
    select
        source_key,
        force
    from {{ ref('int_crime_sources_chosen') }}
),

categories as (
    select
        publisher,
        category,
        crime_type
    from {{ ref('crime_type_categories') }}
),

held as (
    select distinct
        cells.force,
        upper(cells.category) as category
    from {{ ref('int_street_cells_placed') }} as cells
    inner join chosen
        on
            chosen.source_key = 'police_uk/street_crime'
            or (chosen.source_key = 'mps/lsoa_crime' and cells.force != chosen.force)
    where cells.is_newest
)

select distinct
    chosen.force,
    categories.crime_type
from chosen
inner join categories on categories.publisher = 'mps'
where chosen.source_key in ('mps/lsoa_crime', 'mps/lsoa_crime_years')
union all
select
    held.force,
    categories.crime_type
from held
inner join categories on categories.publisher = 'police_uk' and held.category = upper(categories.category)
group by held.force, categories.crime_type
having categories.crime_type != 'total' or count(distinct held.category) >= 2
