-- The police's own files by ward: every ward, major category and month of the file that counts. Categories without crime are
-- not in the file and are 0.
with counted as (
    select
        crimes.*,
        months.is_complete,
        months.is_provisional
    from {{ ref('stg_mps__ward_crimes') }} as crimes
    inner join {{ ref('int_file_months_chosen') }} as months
        on months.thing = 'ward_crime' and crimes.source_file = months.source_file and crimes.month = months.month
),

links as (
    select
        ward_code,
        any_value(borough_code) as borough_code
    from {{ ref('stg_ons__ward_links') }}
    group by ward_code
),

wards as (
    select
        counted.ward_code,
        arg_max(counted.ward_name, counted.month) as ward_name,
        coalesce(max(counted.borough_code), any_value(links.borough_code)) as borough_code,
        bool_or(links.ward_code is not null) as is_ward_of_lookup
    from counted
    left join links on counted.ward_code = links.ward_code
    group by counted.ward_code
),

named as (
    select distinct major_category from counted
),

months as (
    select distinct
        month,
        is_complete,
        is_provisional
    from counted
),

cells as (
    select
        wards.*,
        named.major_category,
        months.*
    from wards
    cross join named
    cross join months
),

sums as (
    select
        ward_code,
        major_category,
        month,
        sum(crimes)::bigint as crimes
    from counted
    group by ward_code, major_category, month
)

select
    cells.ward_code,
    cells.ward_name,
    cells.borough_code,
    boroughs.borough_name,
    cells.is_ward_of_lookup,
    cells.major_category,
    categories.crime_type,
    cells.month,
    case when cells.is_complete then coalesce(sums.crimes, 0) end as crimes,
    cells.is_complete,
    cells.is_provisional,
    {{ recording_break('cells.month', 'categories.crime_type') }} as recording_break
from cells
left join {{ ref('boroughs') }} as boroughs on cells.borough_code = boroughs.borough_code
left join {{ ref('crime_type_categories') }} as categories
    on cells.major_category = upper(categories.category) and categories.publisher = 'mps' and categories.crime_type != 'total'
left join sums
    on
        cells.ward_code = sums.ward_code
        and cells.major_category = sums.major_category
        and cells.month = sums.month
order by cells.major_category, cells.ward_code, cells.month
