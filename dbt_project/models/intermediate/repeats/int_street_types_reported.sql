-- Crime types that the newest street-level file of a force's month reports. A file that was cut says nothing about types with a
-- missing category, so never about all crime.
with types as (
    select
        upper(category) as category,
        crime_type,
        count(*) over (partition by crime_type) as categories
    from {{ ref('crime_type_categories') }}
    where publisher = 'police_uk' and crime_type != 'antisocial'
)

select
    cells.force,
    cells.month,
    types.crime_type,
    any_value(cells.source_file) as source_file
from {{ ref('int_street_cells_placed') }} as cells
inner join types on upper(cells.category) = types.category
left join {{ ref('int_street_months_counted') }} as months on cells.force = months.force and cells.month = months.month
where cells.is_newest
group by cells.force, cells.month, types.crime_type
having bool_or(months.is_whole_file) or count(distinct upper(cells.category)) = max(types.categories)
