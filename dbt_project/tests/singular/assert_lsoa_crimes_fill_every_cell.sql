-- lsoa_crimes has all areas x months of the span x crime types, each cell once, and no figure below zero. In one pass: it is
-- the largest table.
with found as (
    select
        count(*) as cells,
        count(distinct lsoa_code) as areas,
        count(distinct month) as months,
        count(distinct crime_type) as crime_types,
        count(*) filter (where crimes < 0 or not isfinite(crimes)) as impossible_figures
    from {{ ref('lsoa_crimes') }}
),

expected as (
    select
        (select count(*) from {{ ref('lsoas') }}) as areas,
        (select count(*) from {{ ref('crime_types') }}) as crime_types,
        (select coalesce(date_diff('month', min(month), max(month)) + 1, 0) from {{ ref('int_months_covered') }}) as months
)

select
    found.*,
    expected.areas as expected_areas,
    expected.months as expected_months,
    expected.crime_types as expected_crime_types
from found
cross join expected
where
    found.cells != expected.areas * expected.months * expected.crime_types
    or found.impossible_figures > 0
    or (found.cells > 0 and found.areas * found.months * found.crime_types != found.cells)
