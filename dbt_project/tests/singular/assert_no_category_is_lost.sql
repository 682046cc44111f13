-- Every table that subdivides crimes has as many as the total: files by borough and ward those of one release per month,
-- categories of areas the year of their crime type, outcomes the street-level records, searches the records kept of their files.
with released as (
    select
        'borough_categories' as table_name,
        month,
        source_file,
        sum(crimes) as crimes
    from {{ ref('stg_mps__borough_crimes') }}
    group by month, source_file
    union all
    select
        'ward_months' as table_name,
        month,
        source_file,
        sum(crimes) as crimes
    from {{ ref('stg_mps__ward_crimes') }}
    group by month, source_file
),

published as (
    select
        'borough_categories' as table_name,
        month,
        sum(crimes) as crimes
    from {{ ref('borough_categories') }}
    group by month
    union all
    select
        'ward_months' as table_name,
        month,
        sum(crimes) as crimes
    from {{ ref('ward_months') }}
    group by month
),

categories as (
    select
        lsoa_code,
        year_ending,
        crime_type,
        -- A category that not all twelve months name has no figure, and neither has the sum.
        case when count(crimes) = count(*) then sum(crimes) end as crimes
    from {{ ref('lsoa_categories') }}
    where crime_type is not null
    group by lsoa_code, year_ending, crime_type
),

street_months as (
    select
        force,
        month,
        sum(crimes) as crimes
    from {{ ref('outcomes') }}
    where crime_type = 'total'
    group by force, month
),

-- What landing and later steps kept of the files.
searches as (
    select coalesce(sum(rows_kept), 0) as searches
    from {{ ref('source_files') }}
    where publisher = 'police_uk' and thing = 'stop_and_search'
)

select
    published.table_name,
    published.month::varchar as row_name,
    published.crimes as found,
    max(released.crimes) as expected
from published
left join released on published.table_name = released.table_name and published.month = released.month
where published.crimes is not null
group by published.table_name, published.month, published.crimes
having count(*) filter (where released.crimes = published.crimes) = 0
union all
select
    'lsoa_categories' as table_name,
    years.lsoa_code || ' ' || years.crime_type as row_name,
    categories.crimes as found,
    years.crimes as expected
from categories
inner join {{ ref('lsoa_years') }} as years
    on
        categories.lsoa_code = years.lsoa_code
        and categories.year_ending = years.year_ending
        and categories.crime_type = years.crime_type
where abs(categories.crimes - years.crimes) > 0.001
union all
select
    'outcomes' as table_name,
    street_months.force || ' ' || street_months.month as row_name,
    street_months.crimes as found,
    counted.crimes as expected
from street_months
inner join {{ ref('int_street_months_counted') }} as counted
    on street_months.force = counted.force and street_months.month = counted.month
where abs(street_months.crimes - counted.crimes) > 0.6
union all
select
    'stop_and_search' as table_name,
    'all' as row_name,
    (select coalesce(sum(counted.searches), 0) from {{ ref('stop_and_search') }} as counted) as found,
    searches as expected
from searches
where found != expected
