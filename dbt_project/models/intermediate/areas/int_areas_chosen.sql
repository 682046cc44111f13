-- The areas of the data set: LSOAs of 2021 if it has their boundaries, else those of 2011. Boundaries without names of larger
-- areas get them from the lookups.
with areas_2021 as (
    select
        *,
        '2021' as lsoa_vintage
    from {{ ref('stg_ons__lsoa_boundaries') }}
),

areas_2011 as (
    select
        *,
        '2011' as lsoa_vintage
    from {{ ref('stg_ons__lsoa_boundaries_2011') }}
    where not exists (select 1 from areas_2021)
),

boundaries as (
    select * from areas_2021
    union all
    select * from areas_2011
),

districts as (
    select
        lsoa_code,
        max(borough_code) as borough_code,
        max(borough_name) as borough_name
    from (
        select
            lsoa_code,
            borough_code,
            borough_name
        from {{ ref('stg_ons__ward_links') }}
        union all
        select
            lsoa_code,
            borough_code,
            borough_name
        from {{ ref('stg_ons__lsoa_links') }}
        union all
        select
            lsoa11_code,
            borough_code,
            borough_name
        from {{ ref('stg_ons__lsoa_links') }}
    )
    where borough_code is not null
    group by lsoa_code
)

select
    boundaries.lsoa_code,
    boundaries.lsoa_name,
    boundaries.lsoa_vintage,
    -- An LSOA is named after its MSOA plus a letter: "Brent 013F" is in "Brent 013". Without a code the name is used as one.
    coalesce(boundaries.msoa_code, boundaries.msoa_name, regexp_replace(boundaries.lsoa_name, '[A-Z]+$', '')) as msoa_code,
    coalesce(boundaries.msoa_name, regexp_replace(boundaries.lsoa_name, '[A-Z]+$', '')) as msoa_name,
    coalesce(boundaries.borough_code, districts.borough_code) as borough_code,
    coalesce(boundaries.borough_name, districts.borough_name, regexp_replace(boundaries.lsoa_name, ' [0-9]+[A-Z]+$', ''))
        as borough_name,
    boundaries.geometry_wkb
from boundaries
left join districts on boundaries.lsoa_code = districts.lsoa_code
