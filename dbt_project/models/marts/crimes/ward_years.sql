-- Wards in the newest twelve months of the police's ward file and in the twelve before, by crime type and in all.
with totals as (
    select upper(category) as category
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps' and crime_type = 'total'
),

cells as (
    select
        months.*,
        months.crime_type as counted_as
    from {{ ref('ward_months') }} as months
    where months.crime_type is not null
    union all
    select
        months.*,
        'total' as counted_as
    from {{ ref('ward_months') }} as months
    inner join totals on months.major_category = totals.category
),

years as (
    select
        cells.* exclude (crime_type),
        cells.counted_as as crime_type,
        max(cells.month) filter (where cells.is_complete) over () as year_ending
    from cells
),

sums as (
    select
        ward_code,
        any_value(ward_name) as ward_name,
        any_value(borough_name) as borough_name,
        crime_type,
        year_ending,
        count(distinct month) filter (where month > year_ending - interval 12 months) as months,
        count(distinct month) filter (where month <= year_ending - interval 12 months) as months_before,
        bool_and(crimes is not null) filter (where month > year_ending - interval 12 months) as is_known,
        bool_and(crimes is not null) filter (where month <= year_ending - interval 12 months) as is_known_before,
        sum(crimes) filter (where month > year_ending - interval 12 months) as crimes,
        sum(crimes) filter (where month <= year_ending - interval 12 months) as crimes_before
    from years
    where month > year_ending - interval 24 months and month <= year_ending
    group by ward_code, crime_type, year_ending
)

select
    ward_code,
    ward_name,
    borough_name,
    crime_type,
    year_ending,
    {{ year_label('year_ending') }} as period_label,
    case when months = 12 and is_known then crimes end::bigint as crimes,
    case when months_before = 12 and is_known_before then crimes_before end::bigint as crimes_before
from sums
