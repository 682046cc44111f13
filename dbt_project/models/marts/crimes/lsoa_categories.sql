-- Minor categories by area and year, the chosen one and the one before it, as named by the files that count in the area. A
-- category is known if every file of the twelve months names it: a category missing from a file is not zero.
with years as (
    select distinct
        year_ending,
        is_current
    from {{ ref('lsoa_years') }}
),

area_months as (
    select
        reported.lsoa_code,
        reported.month,
        years.year_ending,
        years.is_current,
        -- An area without a row is still covered by the files of its month.
        case reported.counted_from
            when 'lsoa files' then coalesce(reported.source_file, max(reported.source_file) over (partition by reported.month))
            else reported.counted_from
        end as said_by
    from {{ ref('int_areas_reported') }} as reported
    inner join years on reported.month <= years.year_ending and reported.month > years.year_ending - interval 1 year
    where reported.is_reported
),

held as (
    select
        said_by,
        minor_category,
        any_value(publisher) as publisher,
        any_value(category) as category
    from {{ ref('int_category_cells_placed') }}
    group by said_by, minor_category
),

spans as (
    select
        lsoa_code,
        year_ending,
        is_current,
        said_by,
        count(*) as months
    from area_months
    group by lsoa_code, year_ending, is_current, said_by
),

months as (
    select
        spans.lsoa_code,
        spans.year_ending,
        spans.is_current,
        held.minor_category,
        any_value(held.publisher) as publisher,
        any_value(held.category) as category,
        sum(spans.months)::bigint as months_reported
    from spans
    inner join held on spans.said_by = held.said_by
    group by spans.lsoa_code, spans.year_ending, spans.is_current, held.minor_category
),

sums as (
    select
        cells.lsoa_code,
        area_months.year_ending,
        cells.minor_category,
        sum(cells.crimes) as crimes
    from {{ ref('int_category_cells_placed') }} as cells
    inner join area_months
        on cells.lsoa_code = area_months.lsoa_code and cells.month = area_months.month and cells.said_by = area_months.said_by
    group by cells.lsoa_code, area_months.year_ending, cells.minor_category
),

types as (
    select
        publisher,
        upper(category) as category,
        any_value(crime_type) as crime_type
    from {{ ref('crime_type_categories') }}
    where crime_type != 'total'
    group by publisher, upper(category)
)

select
    months.lsoa_code,
    months.year_ending,
    months.is_current,
    months.minor_category,
    types.crime_type,
    months.months_reported,
    case when months.months_reported = 12 then round(coalesce(sums.crimes, 0), 6) end as crimes
from months
left join sums
    on
        months.lsoa_code = sums.lsoa_code
        and months.year_ending = sums.year_ending
        and months.minor_category = sums.minor_category
left join types on months.publisher = types.publisher and months.category = types.category
order by months.minor_category, months.lsoa_code, months.year_ending
