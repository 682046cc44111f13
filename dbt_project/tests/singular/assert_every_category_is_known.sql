-- A major category that the seed crime_type_categories does not name would count nowhere: give it a row there.
with known as (
    select category
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps' and crime_type = 'total'
)

select
    crimes.major_category as unknown_category,
    min(crimes.source_file) as first_file,
    sum(crimes.crimes) as crimes
from {{ ref('stg_mps__lsoa_crimes') }} as crimes
left join known on crimes.major_category = known.category
where known.category is null
group by crimes.major_category
