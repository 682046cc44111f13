-- Crime types that a force reports per month. A complete release or street-level file reports every type: for small areas all
-- that are published for them, for streets those that the force ever names. One cut to some categories says nothing about the
-- others: it reports the types whose every category it has, so never the total.
with categories as (
    select
        publisher,
        upper(category) as category,
        crime_type,
        count(*) over (partition by publisher, crime_type) as categories
    from {{ ref('crime_type_categories') }}
),

release_categories as (
    select distinct
        source_file,
        category
    from {{ ref('int_release_cells_summed') }}
),

release_cells as (
    select
        chosen.force,
        releases.month,
        releases.source_file,
        cells.category
    from {{ ref('int_releases_chosen') }} as releases
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime'
    inner join release_categories as cells on releases.source_file = cells.source_file
),

-- As for street-level files: a single kind of crime, or half of another release.
release_files as (
    select
        force,
        month,
        source_file,
        count(distinct category) >= 2 and 2 * count(distinct category) > max(count(distinct category)) over () as is_whole_file
    from release_cells
    group by force, month, source_file
),

-- Forces whose street-level files may count.
street_months as (
    select
        streets.force,
        streets.month,
        streets.is_whole_file
    from {{ ref('int_street_months_counted') }} as streets
    inner join {{ ref('int_crime_sources_chosen') }} as chosen
        on
            chosen.source_key = 'police_uk/street_crime'
            or (chosen.source_key = 'mps/lsoa_crime' and streets.force != chosen.force)
),

months as (
    select * from street_months
    union all
    select
        force,
        month,
        bool_and(is_whole_file) as is_whole_file
    from release_files
    group by force, month
),

held as (
    select
        cells.force,
        cells.month,
        categories.crime_type,
        categories.category,
        categories.categories
    from {{ ref('int_street_cells_placed') }} as cells
    inner join categories on upper(cells.category) = categories.category and categories.publisher = 'police_uk'
    where cells.is_newest
    union
    select
        cells.force,
        cells.month,
        categories.crime_type,
        categories.category,
        categories.categories
    from release_cells as cells
    inner join categories on cells.category = categories.category and categories.publisher = 'mps'
),

named as (
    select
        force,
        crime_type
    from held
    union
    select
        chosen.force,
        categories.crime_type
    from {{ ref('int_crime_sources_chosen') }} as chosen
    inner join categories on chosen.source_key = 'mps/lsoa_crime' and categories.publisher = 'mps'
)

select
    months.force,
    months.month,
    named.crime_type
from months
inner join named on months.force = named.force
where months.is_whole_file
union all
select
    months.force,
    months.month,
    held.crime_type
from months
inner join held on months.force = held.force and months.month = held.month
where not months.is_whole_file
group by months.force, months.month, held.crime_type, held.categories
having count(*) = held.categories
