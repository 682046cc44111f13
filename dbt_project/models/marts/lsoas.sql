with areas as (
    select * from {{ ref('int_areas_chosen') }}
),

measured as (
    select
        lsoa_code,
        area_km2
    from {{ ref('int_areas_measured') }}
),

residents as (
    select
        lsoa_code,
        area_km2
    from {{ ref('int_residents_counted') }}
)

select
    areas.lsoa_code,
    areas.lsoa_name,
    areas.lsoa_vintage,
    named.area_name,
    areas.msoa_code,
    areas.msoa_name,
    areas.borough_code,
    areas.borough_name,
    wards.ward_code,
    wards.ward_name,
    coalesce(residents.area_km2, measured.area_km2) as area_km2,
    areas.geometry_wkb
from areas
left join {{ ref('int_areas_named') }} as named on areas.lsoa_code = named.lsoa_code
left join {{ ref('stg_ons__ward_links') }} as wards on areas.lsoa_code = wards.lsoa_code
left join measured on areas.lsoa_code = measured.lsoa_code
left join residents on areas.lsoa_code = residents.lsoa_code
order by areas.lsoa_code
