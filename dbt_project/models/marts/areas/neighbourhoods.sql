-- Neighbourhoods: the areas of an MSOA together.
with areas as (
    select
        lsoas.*,
        features.residents,
        features.residents_year
    from {{ ref('lsoas') }} as lsoas
    inner join {{ ref('lsoa_features') }} as features on lsoas.lsoa_code = features.lsoa_code
)

select
    msoa_code,
    -- Where the library has no name, areas have their own, and the MSOA its official one.
    case when count(distinct neighbourhood) = 1 then min(neighbourhood) else coalesce(min(msoa_name), msoa_code) end
        as neighbourhood,
    min(borough_code) as borough_code,
    min(borough_name) as borough_name,
    count(*)::integer as areas,
    case when count(residents) = count(*) then sum(residents)::double end as residents,
    any_value(residents_year) as residents_year,
    sum(area_km2 order by lsoa_code) as area_km2
from areas
group by msoa_code
