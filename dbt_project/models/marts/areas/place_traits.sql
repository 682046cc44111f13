-- What neighbourhoods, boroughs and the city are like: one row per place and trait. A percentage or index is the mean of the
-- areas, each weighted by its residents.
with areas as (
    select
        lsoas.msoa_code,
        lsoas.borough_code,
        features.lsoa_code,
        features.residents,
        features.area_km2,
        -- noqa: disable=AL03
        unnest([
            { feature: 'people_per_km2', value: null },
            { feature: 'income_deprivation_pct', value: features.income_deprivation_pct },
            { feature: 'aged_20_to_29_pct', value: features.aged_20_to_29_pct },
            { feature: 'private_rented_pct', value: features.private_rented_pct },
            { feature: 'social_rented_pct', value: features.social_rented_pct },
            { feature: 'ptal_index', value: features.ptal_index }
        ], recursive := true)
        -- noqa: enable=AL03
    from {{ ref('lsoas') }} as lsoas
    inner join {{ ref('lsoa_features') }} as features on lsoas.lsoa_code = features.lsoa_code
),

means as (
    select
        case when grouping(msoa_code) = 0 then 'neighbourhood' when grouping(borough_code) = 0 then 'borough' else 'city' end
            as place_kind,
        coalesce(msoa_code, borough_code, 'city') as place_code,
        feature,
        case
            when feature = 'people_per_km2' then {{ rate('sum(residents)', 'sum(area_km2 order by lsoa_code)') }}
            else {{ rate(
                'sum(value * residents order by lsoa_code)', 'sum(residents) filter (where value is not null)'
            ) }}
        end as value
    from areas
    group by grouping sets ((feature, msoa_code), (feature, borough_code), (feature))
)

select
    place_kind,
    place_code,
    feature,
    value,
    case when place_kind = 'neighbourhood' then ntile(5) over (partition by place_kind, feature order by value, place_code) end
    ::integer as fifth
from means
where value is not null
