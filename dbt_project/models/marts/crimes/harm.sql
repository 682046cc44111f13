-- Crimes times what they weigh at least and at most: of areas, boroughs and the city in each year that lsoa_categories has, and
-- of boroughs and the city month by month, over the areas that are reported. Categories without a weight are counted beside it.
with years as (
    select
        lsoa_code,
        minor_category,
        'year' as period_kind,
        year_ending as period,
        crimes
    from {{ ref('lsoa_categories') }}
    -- Anti-social behaviour is no crime. A category that no file of an area names is none of its own.
    where crime_type != 'antisocial' and crimes is not null
),

reported as (
    select
        lsoa_code,
        month,
        case counted_from
            when 'lsoa files' then coalesce(source_file, max(source_file) over (partition by month))
            else counted_from
        end as said_by
    from {{ ref('int_areas_reported') }}
    where is_reported
),

months as (
    select
        reported.lsoa_code,
        cells.minor_category,
        'month' as period_kind,
        reported.month as period,
        coalesce(cells.crimes, 0) as crimes
    from reported
    -- An area without a crime in a month is reported too.
    left join {{ ref('int_category_cells_placed') }} as cells
        on
            reported.lsoa_code = cells.lsoa_code
            and reported.month = cells.month
            and reported.said_by = cells.said_by
            and cells.minor_category != 'Anti-social behaviour'
),

counted as (
    select * from years
    union all
    select * from months
),

areas as (
    select
        counted.lsoa_code,
        counted.period_kind,
        counted.period,
        sum(counted.crimes) as crimes,
        sum(counted.crimes) filter (where weights.minor_category is null) as crimes_without_weight,
        sum(counted.crimes * weights.lightest) as lightest,
        sum(counted.crimes * weights.heaviest) as heaviest
    from counted
    left join {{ ref('category_weights') }} as weights on counted.minor_category = weights.minor_category
    where exists (select 1 from {{ ref('category_weights') }})
    group by counted.lsoa_code, counted.period_kind, counted.period
),

summed as (
    select
        case
            when grouping(areas.lsoa_code) = 0 then 'area'
            when grouping(places.borough_code) = 0 then 'borough'
            else 'city'
        end as place_kind,
        coalesce(areas.lsoa_code, places.borough_code, 'city') as place_code,
        areas.period_kind,
        areas.period,
        count(*) as areas,
        sum(areas.crimes) as crimes,
        sum(areas.crimes_without_weight) as crimes_without_weight,
        sum(areas.lightest) as lightest,
        sum(areas.heaviest) as heaviest
    from areas
    inner join {{ ref('lsoas') }} as places on areas.lsoa_code = places.lsoa_code
    group by grouping sets (
        (areas.lsoa_code, areas.period_kind, areas.period),
        (places.borough_code, areas.period_kind, areas.period),
        (areas.period_kind, areas.period)
    )
),

sizes as (
    select
        coalesce(borough_code, 'city') as place_code,
        count(*) as of_areas
    from {{ ref('lsoas') }}
    group by grouping sets ((borough_code), ())
)

select
    summed.place_kind,
    summed.place_code,
    summed.period_kind,
    summed.period,
    summed.areas,
    coalesce(sizes.of_areas, 1) as of_areas,
    round(summed.crimes, 6) as crimes,
    round(coalesce(summed.crimes_without_weight, 0), 6) as crimes_without_weight,
    round(coalesce(summed.lightest, 0), 6) as lightest,
    round(coalesce(summed.heaviest, 0), 6) as heaviest
from summed
left join sizes on summed.place_code = sizes.place_code
where summed.place_kind != 'area' or summed.period_kind = 'year'
