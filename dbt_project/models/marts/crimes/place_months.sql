-- Reported crimes of each borough and of the city by month: one row per crime type, place and month, the city's code is 'city'.
-- Sums are of the areas reported in the month, as shown in its pictures; there is none below half of the largest number of
-- areas that the place ever has.
with counted as (
    select
        cells.crime_type,
        coalesce(lsoas.borough_code, 'city') as place_code,
        cells.month,
        count(cells.crimes) as areas,
        count(*) as of_areas,
        {{ sum_of_areas('cells.crimes', 'cells.lsoa_code') }} as crimes,
        {{ month_flags('cells') }}
    from {{ ref('lsoa_crimes') }} as cells
    inner join {{ ref('lsoas') }} as lsoas on cells.lsoa_code = lsoas.lsoa_code
    group by grouping sets ((cells.crime_type, cells.month), (cells.crime_type, cells.month, lsoas.borough_code))
)

select
    crime_type,
    place_code,
    month,
    areas,
    of_areas,
    case when 2 * areas >= max(areas) over (partition by place_code) then crimes end as crimes,
    is_complete,
    is_provisional,
    recording_break
from counted
