-- Crimes placed in small areas in the chosen year, per crime type, force and place: a borough, or the city with what its boroughs
-- have. Of a place that is not whole it cannot be said what is left out.
with forces as (
    select
        lsoa_code,
        min(force) as force
    from {{ ref('int_areas_reported') }}
    group by lsoa_code
),

boroughs as (
    select
        years.crime_type,
        coalesce(forces.force, chosen.force) as force,
        areas.borough_code,
        any_value(areas.borough_name) as borough_name,
        count(years.crimes) = count(*) as is_whole,
        count(years.crimes) > 0 as is_counted,
        sum(years.crimes order by years.lsoa_code) as placed
    from {{ ref('int_area_years_counted') }} as years
    inner join {{ ref('int_years_chosen') }} as periods on years.year_ending = periods.year_ending
    inner join {{ ref('int_areas_chosen') }} as areas on years.lsoa_code = areas.lsoa_code
    cross join {{ ref('int_crime_sources_chosen') }} as chosen
    left join forces on years.lsoa_code = forces.lsoa_code
    group by years.crime_type, coalesce(forces.force, chosen.force), areas.borough_code
)

select
    crime_type,
    force,
    borough_code as place_code,
    borough_name as place_name,
    is_whole,
    placed
from boroughs
where is_whole
union all
select
    crime_type,
    force,
    'city' as place_code,
    null as place_name,
    bool_and(is_whole) as is_whole,
    sum(placed order by borough_code) as placed
from boroughs
where is_counted
group by crime_type, force
