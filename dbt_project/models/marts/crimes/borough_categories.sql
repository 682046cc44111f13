-- The police's own files of boroughs, sixteen years of months: every place and category of the file that counts. What the file
-- does not name a borough for, such as airports, keeps its published name.
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
    from {{ ref('stg_mps__borough_crimes') }}
)

select
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough) as borough_name,
    named.month,
    named.major_category,
    named.minor_category_name as minor_category,
    types.crime_type,
    sum(named.crimes) filter (where months.is_complete)::bigint as crimes,
    bool_and(months.is_complete) as is_complete,
    bool_and(months.is_provisional) as is_provisional,
    {{ recording_break('named.month', 'types.crime_type') }} as recording_break
from named
inner join {{ ref('int_file_months_chosen') }} as months
    on months.thing = 'borough_crime' and named.source_file = months.source_file and named.month = months.month
left join boroughs on named.borough_code = boroughs.borough_code
left join types on named.major_category = types.category
where named.crimes is not null
group by
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough),
    named.month,
    named.major_category,
    named.minor_category_name,
    types.crime_type
