-- A category missing from the seed crime_type_categories would not be counted: add a row there.
with known as (
    select distinct
        publisher,
        upper(category) as category
    from {{ ref('crime_type_categories') }}
),

found as (
    select
        'mps' as publisher,
        category,
        min(source_file) as first_file,
        sum(crimes) as crimes
    from {{ ref('int_release_cells_summed') }}
    group by category
    union all
    select
        'mps' as publisher,
        major_category as category,
        min(source_file) as first_file,
        sum(crimes) as crimes
    from {{ ref('stg_mps__lsoa_crime_years') }}
    group by major_category
    union all
    select
        'police_uk' as publisher,
        category,
        min(source_file) as first_file,
        sum(crimes) as crimes
    from {{ ref('int_street_cells_placed') }}
    group by category
)

select found.*
from found
left join known on found.publisher = known.publisher and upper(found.category) = known.category
where known.category is null
