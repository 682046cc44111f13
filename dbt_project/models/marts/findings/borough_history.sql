-- Sixteen years of borough months by crime type, from the police's own files by borough. A type without a row for a place is 0.
with types as (
    select
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps'
),

places as (
    select distinct
        borough_code,
        borough_name,
        month,
        is_complete,
        is_provisional
    from {{ ref('borough_categories') }}
),

named as (
    select distinct crime_type from types
),

cells as (
    select
        places.*,
        named.crime_type
    from places
    cross join named
),

sums as (
    select
        counted.borough_name,
        counted.month,
        types.crime_type,
        sum(counted.crimes)::bigint as crimes
    from {{ ref('borough_categories') }} as counted
    inner join types on counted.major_category = types.category
    group by counted.borough_name, counted.month, types.crime_type
)

select
    cells.borough_code,
    cells.borough_name,
    cells.crime_type,
    cells.month,
    case when cells.is_complete then coalesce(sums.crimes, 0) end as crimes,
    cells.is_complete,
    cells.is_provisional,
    {{ recording_break('cells.month', 'cells.crime_type') }} as recording_break
from cells
left join sums
    on cells.borough_name = sums.borough_name and cells.month = sums.month and cells.crime_type = sums.crime_type
order by cells.crime_type, cells.borough_name, cells.month
