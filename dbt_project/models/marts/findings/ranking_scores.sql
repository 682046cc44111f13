-- How much crime of the newest year is where a ranking made before it points: the forecast's, and last year's again. Of so many
-- per cent of the areas, or of their land, ranked by crime or by crime per km2. And the areas that are hot spots in the year,
-- beside as many of last year's busiest: what a plain ranking would have held.
with years as (
    select
        year_ending,
        last_day(year_ending) as period_end
    from {{ ref('int_years_chosen') }}
),

areas as (
    select
        predictions.crime_type,
        predictions.lsoa_code,
        lsoas.area_km2,
        predictions.actual,
        predictions.predicted as forecast_year,
        earlier.crimes as last_year,
        coalesce(hotspots.is_hot, false) as is_hot
    from {{ ref('lsoa_predictions') }} as predictions
    inner join years on predictions.period_end = years.period_end
    inner join {{ ref('lsoas') }} as lsoas on predictions.lsoa_code = lsoas.lsoa_code
    inner join {{ ref('lsoa_years') }} as earlier
        on
            predictions.lsoa_code = earlier.lsoa_code
            and predictions.crime_type = earlier.crime_type
            and earlier.year_ending = years.year_ending - interval 1 year
    left join {{ ref('lsoa_hotspots') }} as hotspots
        on predictions.lsoa_code = hotspots.lsoa_code and predictions.crime_type = hotspots.crime_type
    where predictions.model = 'forecast_year' and predictions.predicted + predictions.actual + earlier.crimes is not null
),

valued as (
    select
        crime_type,
        lsoa_code,
        area_km2,
        is_hot,
        actual as crimes,
        unnest(['forecast_year', 'last_year', 'perfect', 'hot_spots']) as ranking,
        unnest([forecast_year, last_year, actual, is_hot::integer]) as worth
    from areas
),

cuts as (
    select
        unnest(['areas', 'areas', 'areas', 'land', 'land', 'land', 'hot spots']) as cut,
        unnest([1.0, 5.0, 10.0, 1.0, 5.0, 10.0, null]) as share_pct
),

-- By crime for a share of the areas, by crime per km2 for a share of the land; ties in the order of codes.
ranked as (
    select
        valued.*,
        cuts.cut,
        cuts.share_pct,
        row_number() over ranks as place,
        sum(valued.area_km2) over ranks as land_km2_to_here,
        count(*) over everything as all_areas,
        sum(valued.area_km2) over everything as all_km2,
        sum(valued.crimes) over everything as all_crimes,
        count(*) filter (where valued.is_hot) over everything as hot_areas
    from valued
    inner join cuts on valued.ranking != 'hot_spots' or cuts.cut = 'hot spots'
    window
        ranks as (
            partition by valued.crime_type, valued.ranking, cuts.cut, cuts.share_pct
            order by
                case when cuts.cut = 'land' then valued.worth / nullif(valued.area_km2, 0) else valued.worth end desc,
                valued.lsoa_code
            rows between unbounded preceding and current row
        ),
        -- In an order, so that sums end in the same digit in each build.
        everything as (
            partition by valued.crime_type, valued.ranking, cuts.cut, cuts.share_pct
            order by valued.lsoa_code rows between unbounded preceding and unbounded following
        )
),

summed as (
    select
        crime_type,
        cut,
        share_pct,
        ranking,
        count(*) as areas,
        sum(area_km2 order by lsoa_code) as land_km2,
        sum(crimes order by lsoa_code) as crimes,
        any_value(all_crimes) as all_crimes,
        any_value(all_km2) as all_km2
    from ranked
    where
        case cut
            when 'areas' then place <= greatest(1, round_even(all_areas * share_pct / 100, 0))
            when 'land' then land_km2_to_here <= all_km2 * share_pct / 100
            else place <= hot_areas
        end
    group by all
)

select
    summed.crime_type,
    summed.cut,
    summed.share_pct::double as share_pct,
    summed.ranking,
    summed.areas::integer as areas,
    summed.land_km2,
    summed.crimes,
    {{ percentage('summed.crimes', 'summed.all_crimes') }} as hit_pct,
    {{ rate('summed.crimes', 'summed.all_crimes') }} / nullif(summed.land_km2 / summed.all_km2, 0) as pai,
    {{ rate('summed.crimes', 'perfect.crimes') }} as pei
from summed
left join summed as perfect
    on
        summed.crime_type = perfect.crime_type
        and summed.cut = perfect.cut
        and summed.share_pct is not distinct from perfect.share_pct
        and perfect.ranking = 'perfect'
where summed.ranking != 'perfect'
