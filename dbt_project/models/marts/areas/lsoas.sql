-- The local name is the House of Commons Library's name of the MSOA plus the LSOA's suffix ("Brixton North 011B"). If the
-- library names MSOAs of 2011, an area in a newer MSOA takes the name through its LSOA of 2011. A publisher's typing error
-- is corrected here alone; the landed file keeps it.
with library as (
    select
        published.msoa_code,
        published.msoa_name,
        coalesce(corrections.corrected, published.area_name) as area_name
    from {{ ref('stg_house_of_commons_library__msoa_names') }} as published
    left join {{ ref('name_corrections') }} as corrections
        on published.area_name = corrections.published and corrections.publisher = 'house_of_commons_library'
),

-- An LSOA is named after its MSOA plus a letter: "Brent 013F" is in "Brent 013".
inherited as (
    select
        links.lsoa_code,
        library.area_name
    from {{ ref('stg_ons__lsoa_links') }} as links
    inner join library on regexp_replace(links.lsoa11_name, '[A-Z]+$', '') = library.msoa_name
    qualify row_number() over (partition by links.lsoa_code order by links.lsoa11_code) = 1
),

published as (
    select
        lsoa_code,
        arg_max(area_km2, population_year) as area_km2
    from {{ ref('int_populations_joined') }}
    group by lsoa_code
)

select
    areas.lsoa_code,
    areas.lsoa_name,
    areas.lsoa_vintage,
    coalesce(
        coalesce(library.area_name, inherited.area_name) || ' ' || split_part(areas.lsoa_name, ' ', -1),
        areas.lsoa_name
    ) as area_name,
    areas.msoa_code,
    areas.msoa_name,
    coalesce(library.area_name, inherited.area_name, areas.lsoa_name) as neighbourhood,
    areas.borough_code,
    areas.borough_name,
    wards.ward_code,
    wards.ward_name,
    coalesce(published.area_km2, measured.area_km2) as area_km2,
    areas.geometry_wkb
from {{ ref('int_areas_chosen') }} as areas
left join library on areas.msoa_code = library.msoa_code
left join inherited on areas.lsoa_code = inherited.lsoa_code
left join {{ ref('stg_ons__ward_links') }} as wards on areas.lsoa_code = wards.lsoa_code
left join {{ ref('int_areas_measured') }} as measured on areas.lsoa_code = measured.lsoa_code
left join published on areas.lsoa_code = published.lsoa_code
order by areas.lsoa_code
