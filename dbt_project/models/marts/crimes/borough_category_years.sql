-- Minor categories of boroughs in the chosen year and the one before it; a sum is known if all its areas are.
with sums as (
    select
        lsoas.borough_code,
        categories.minor_category,
        any_value(categories.crime_type) as crime_type,
        max(categories.year_ending) as year_ending,
        count(categories.crimes) filter (where categories.is_current) as areas,
        sum(categories.crimes order by categories.lsoa_code) filter (where categories.is_current) as crimes,
        count(categories.crimes) filter (where not categories.is_current) as areas_before,
        sum(categories.crimes order by categories.lsoa_code) filter (where not categories.is_current) as crimes_before
    from {{ ref('lsoa_categories') }} as categories
    inner join {{ ref('lsoas') }} as lsoas on categories.lsoa_code = lsoas.lsoa_code
    group by lsoas.borough_code, categories.minor_category
),

known as (
    select
        sums.borough_code,
        boroughs.borough_name,
        sums.minor_category,
        sums.crime_type,
        sums.year_ending,
        sums.areas,
        boroughs.areas as of_areas,
        case when sums.areas = boroughs.areas then sums.crimes end as crimes,
        case when sums.areas_before = boroughs.areas then sums.crimes_before end as crimes_before
    from sums
    inner join {{ ref('boroughs') }} as boroughs on sums.borough_code = boroughs.borough_code
)

select
    *,
    {{ percentage('crimes - crimes_before', 'crimes_before') }} as change_pct,
    case when crimes is not null then rank() over (partition by borough_code order by crimes desc nulls last) end as rank
from known
order by borough_code, minor_category
