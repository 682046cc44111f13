-- What is reported of each borough and of the city month by month: one row per crime type, place and month, the city's code is
-- 'city'. Sums are of the areas that are reported in the month, which pictures of it show.
with crimes as (
    select
        crimes.crime_type,
        crimes.lsoa_code,
        lsoas.borough_code,
        crimes.month,
        crimes.crimes
    from {{ ref('lsoa_crimes') }} as crimes
    inner join {{ ref('lsoas') }} as lsoas on crimes.lsoa_code = lsoas.lsoa_code
)

select
    crime_type,
    coalesce(borough_code, 'city') as place_code,
    month,
    count(*) as areas,
    count(crimes) as areas_reported,
    sum(crimes order by lsoa_code) as crimes
from crimes
group by grouping sets ((crime_type, month), (crime_type, month, borough_code))
