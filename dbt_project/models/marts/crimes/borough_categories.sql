-- The police's own files by borough, sixteen years of months: every place and category of the file that counts. Places other
-- than boroughs, such as airports, keep their published name.
with boroughs as (
    select distinct
        borough_code,
        borough_name
    from {{ ref('int_areas_chosen') }}
),

types as (
    select
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps' and crime_type != 'total'
),

named as (
    select
        *,
        {{ minor_category('minor_category') }} as minor_category_name
    from {{ ref('int_borough_crimes_chosen') }}
)

select
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough) as borough_name,
    named.month,
    named.major_category,
    named.minor_category_name as minor_category,
    types.crime_type,
    sum(named.crimes) filter (where named.is_complete)::bigint as crimes,
    bool_and(named.is_complete) as is_complete,
    bool_and(named.is_provisional) as is_provisional,
    {{ recording_break('named.month', 'types.crime_type') }} as recording_break
from named
left join boroughs on named.borough_code = boroughs.borough_code
left join types on named.major_category = types.category
group by
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough),
    named.month,
    named.major_category,
    named.minor_category_name,
    types.crime_type
