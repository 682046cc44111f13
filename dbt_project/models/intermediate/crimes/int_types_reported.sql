-- Which crime types a force reports in which month. A whole street-level file reports every type that the force ever names. One
-- that somebody cut to some categories says nothing about the others: it reports the types whose every category it has, so
-- never the total.
with chosen as (
    select
        source_key,
        force
    from {{ ref('int_crime_sources_chosen') }}
),

categories as (
    select
        publisher,
        upper(category) as category,
        crime_type,
        count(*) over (partition by publisher, crime_type) as categories
    from {{ ref('crime_type_categories') }}
),

-- Forces whose street-level files may count.
street_months as (
    select
        streets.force,
        streets.month,
        streets.is_whole_file
    from {{ ref('int_street_months_counted') }} as streets
    inner join chosen
        on
            chosen.source_key = 'police_uk/street_crime'
            or (chosen.source_key = 'mps/lsoa_crime' and streets.force != chosen.force)
),

held as (
    select distinct
        cells.force,
        cells.month,
        categories.crime_type,
        categories.category,
        categories.categories
    from {{ ref('int_street_cells_placed') }} as cells
    inner join categories on upper(cells.category) = categories.category and categories.publisher = 'police_uk'
    where cells.is_newest
),

named as (
    select distinct
        force,
        crime_type
    from held
)

select distinct
    chosen.force,
    months.month,
    categories.crime_type
from chosen
cross join {{ ref('int_months_covered') }} as months
inner join categories on categories.publisher = 'mps'
where chosen.source_key = 'mps/lsoa_crime'
union all
select
    street_months.force,
    street_months.month,
    named.crime_type
from street_months
inner join named on street_months.force = named.force
where street_months.is_whole_file
union all
select
    street_months.force,
    street_months.month,
    held.crime_type
from street_months
inner join held on street_months.force = held.force and street_months.month = held.month
where not street_months.is_whole_file
group by street_months.force, street_months.month, held.crime_type, held.categories
having count(*) = held.categories
