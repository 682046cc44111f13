-- At most one row: the source whose crimes count in the areas of its force (the first of these in the data set), and the force.
-- Other sources for the same areas are landed and counted, but do not count here.
with sources as (
    select
        'mps/lsoa_crime' as source_key,
        1 as preference
    where exists (select 1 from {{ ref('stg_mps__lsoa_crimes') }})
    union all
    select
        'police_uk/street_crime' as source_key,
        2 as preference
    where exists (select 1 from {{ ref('stg_police_uk__street_crimes') }})
    union all
    select
        'mps/lsoa_crime_years' as source_key,
        3 as preference
    where exists (select 1 from {{ ref('stg_mps__lsoa_crime_years') }})
),

data_sets as (
    select max(force) as force from {{ ref('stg_landing__data_sets') }}
)

select
    sources.source_key,
    coalesce(data_sets.force, '{{ var("force") }}') as force
from sources
cross join data_sets
order by sources.preference
limit 1
