-- A name for people: the House of Commons Library's name of the MSOA and the tail of the LSOA's name ("Brixton North 011B").
-- Where the library names MSOAs of 2011, an area in a newer MSOA takes the name through its LSOA of 2011.
with areas as (
    select
        lsoa_code,
        lsoa_name,
        msoa_code
    from {{ ref('int_areas_chosen') }}
),

library as (
    select
        msoa_code,
        msoa_name,
        area_name
    from {{ ref('stg_house_of_commons_library__msoa_names') }}
),

-- An LSOA is named after its MSOA and a letter: "Brent 013F" is in "Brent 013".
inherited as (
    select
        links.lsoa_code,
        library.area_name
    from {{ ref('stg_ons__lsoa_links') }} as links
    inner join library on regexp_replace(links.lsoa11_name, '[A-Z]+$', '') = library.msoa_name
    qualify row_number() over (partition by links.lsoa_code order by links.lsoa11_code) = 1
)

select
    areas.lsoa_code,
    coalesce(
        coalesce(library.area_name, inherited.area_name) || ' ' || split_part(areas.lsoa_name, ' ', -1),
        areas.lsoa_name
    ) as area_name,
    case
        when library.area_name is not null then 'library'
        when inherited.area_name is not null then 'lookup'
        else 'lsoa_name'
    end as named_by
from areas
left join library on areas.msoa_code = library.msoa_code
left join inherited on areas.lsoa_code = inherited.lsoa_code
