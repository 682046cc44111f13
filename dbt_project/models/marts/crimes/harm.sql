-- Crimes times what they weigh at least and at most: of areas, boroughs and the city in each year that lsoa_categories has, and
-- of boroughs and the city month by month. Categories without a weight are counted beside it.
with weights as (
    select * from {{ ref('category_weights') }}
),

listed as (
    select count(*) > 0 as has_weights from weights
),

places as (
    select
        lsoa_code,
        borough_code
    from {{ ref('lsoas') }}
),

years as (
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
        cells.lsoa_code,
        cells.minor_category,
        'month' as period_kind,
        cells.month as period,
        cells.crimes
    from {{ ref('int_category_cells_placed') }} as cells
    inner join reported
        on cells.lsoa_code = reported.lsoa_code and cells.month = reported.month and cells.said_by = reported.said_by
    where cells.minor_category != 'Anti-social behaviour'
),

counted as (
    select * from years
    union all
    select * from months
),

summed as (
    select
        case
            when grouping(counted.lsoa_code) = 0 then 'area'
            when grouping(places.borough_code) = 0 then 'borough'
            else 'city'
        end as place_kind,
        coalesce(counted.lsoa_code, places.borough_code, 'city') as place_code,
        counted.period_kind,
        counted.period,
        sum(counted.crimes) as crimes,
        coalesce(sum(counted.crimes) filter (where weights.minor_category is null), 0) as crimes_without_weight,
        sum(counted.crimes * weights.lightest) as lightest,
        sum(counted.crimes * weights.heaviest) as heaviest
    from counted
    cross join listed
    inner join places on counted.lsoa_code = places.lsoa_code
    left join weights on counted.minor_category = weights.minor_category
    where listed.has_weights
    group by grouping sets (
        (counted.lsoa_code, counted.period_kind, counted.period),
        (places.borough_code, counted.period_kind, counted.period),
        (counted.period_kind, counted.period)
    )
)

select
    place_kind,
    place_code,
    period_kind,
    period,
    crimes,
    crimes_without_weight,
    coalesce(lightest, 0) as lightest,
    coalesce(heaviest, 0) as heaviest
from summed
where place_kind != 'area' or period_kind = 'year'
