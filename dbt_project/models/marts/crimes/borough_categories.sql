-- The police's own files by borough, sixteen years of months: every place and category of the file that counts. Places other
-- than boroughs, such as airports, keep their published name.
with named as (
    select
        crimes.month,
        crimes.borough_code,
        crimes.borough,
        crimes.major_category,
        {{ minor_category('crimes.minor_category') }} as minor_category,
        months.is_complete,
        months.is_provisional,
        crimes.crimes
    from {{ ref('stg_mps__borough_crimes') }} as crimes
    inner join {{ ref('int_file_months_chosen') }} as months
        on months.thing = 'borough_crime' and crimes.source_file = months.source_file and crimes.month = months.month
    where crimes.crimes is not null
)

select
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough) as borough_name,
    named.month,
    named.major_category,
    named.minor_category,
    categories.crime_type,
    sum(named.crimes) filter (where named.is_complete)::bigint as crimes,
    bool_and(named.is_complete) as is_complete,
    bool_and(named.is_provisional) as is_provisional,
    {{ recording_break('named.month', 'categories.crime_type') }} as recording_break
from named
left join {{ ref('boroughs') }} as boroughs on named.borough_code = boroughs.borough_code
left join {{ ref('crime_type_categories') }} as categories
    on named.major_category = upper(categories.category) and categories.publisher = 'mps' and categories.crime_type != 'total'
group by
    named.borough_code,
    coalesce(boroughs.borough_name, named.borough),
    named.month,
    named.major_category,
    named.minor_category,
    categories.crime_type
