with areas as (
    select
        lsoas.borough_code,
        min(lsoas.borough_name) as borough_name,
        count(*) as areas,
        sum(lsoas.area_km2) as area_km2,
        sum(residents.residents)::bigint as residents,
        any_value(residents.population_year)::integer as residents_year,
        st_aswkb(st_union_agg(measured.geometry)) as geometry_wkb
    from {{ ref('lsoas') }} as lsoas
    inner join {{ ref('int_areas_measured') }} as measured on lsoas.lsoa_code = measured.lsoa_code
    left join {{ ref('int_residents_counted') }} as residents
        on lsoas.lsoa_code = residents.lsoa_code and residents.is_current
    group by lsoas.borough_code
),

forces as (
    select distinct
        borough_code,
        force
    from {{ ref('int_boroughs_counted') }}
),

-- Forces of several boroughs: lists group by force where there are two of them.
large as (
    select count(*) as forces
    from (
        select force
        from forces
        group by force
        having count(*) > 1
    ) as found
)

select
    areas.borough_code,
    areas.borough_name,
    forces.force,
    case when large.forces > 1 then forces.force end as force_group,
    areas.areas,
    areas.area_km2,
    areas.residents,
    areas.residents_year,
    coalesce(published.geometry_wkb, areas.geometry_wkb) as geometry_wkb
from areas
cross join large
left join forces on areas.borough_code = forces.borough_code
left join {{ ref('stg_ons__borough_boundaries') }} as published on areas.borough_code = published.borough_code
order by areas.borough_code
