-- lsoa_crimes has all areas x covered months x crime types, no cell twice and none left out.
with counts as (
    select
        (select count(*) from {{ ref('lsoa_crimes') }}) as found,
        (select count(*) from {{ ref('lsoas') }})
        * (select count(*) from {{ ref('int_releases_chosen') }})
        * (select count(*) from {{ ref('crime_types') }}) as expected
)

select *
from counts
where found != expected
