-- Crimes of the chosen releases per area code of the file, month and crime type; sparse, and with codes that no boundary has.
with crimes as (
    select
        lsoa_code,
        month,
        major_category,
        crimes,
        source_file
    from {{ ref('stg_mps__lsoa_crimes') }}
    where crimes != 0
),

releases as (
    select
        month,
        source_file
    from {{ ref('int_releases_chosen') }}
),

categories as (
    select
        category,
        crime_type
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps'
),

chosen as (
    select
        crimes.lsoa_code,
        crimes.month,
        crimes.major_category,
        sum(crimes.crimes) as crimes
    from crimes
    inner join releases on crimes.month = releases.month and crimes.source_file = releases.source_file
    group by crimes.lsoa_code, crimes.month, crimes.major_category
)

select
    chosen.lsoa_code,
    chosen.month,
    categories.crime_type,
    sum(chosen.crimes)::bigint as crimes
from chosen
inner join categories on chosen.major_category = categories.category
group by chosen.lsoa_code, chosen.month, categories.crime_type
