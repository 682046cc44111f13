-- Neighbourhoods: the areas of an MSOA together.
select
    msoa_code,
    -- Where the library has no name, areas have their own, and the MSOA its official one.
    case when count(distinct neighbourhood) = 1 then min(neighbourhood) else coalesce(min(msoa_name), msoa_code) end
        as neighbourhood,
    min(borough_code) as borough_code,
    min(borough_name) as borough_name,
    count(*)::integer as areas,
    case when count(features.residents) = count(*) then sum(features.residents)::double end as residents,
    any_value(features.residents_year) as residents_year,
    sum(lsoas.area_km2 order by lsoa_code) as area_km2
from {{ ref('lsoas') }} as lsoas
inner join (
    select
        lsoa_code,
        residents,
        residents_year
    from {{ ref('lsoa_features') }}
) as features using (lsoa_code)
group by msoa_code
