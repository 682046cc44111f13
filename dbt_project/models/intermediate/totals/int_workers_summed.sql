-- Workers of the places whose crimes are summed in the chosen year, per crime type: of boroughs that are reported whole, and of
-- the city those of the boroughs that are in its sum.
with boroughs as (
    select
        years.crime_type,
        areas.borough_code as place_code,
        count(years.crimes) = count(*) as is_whole,
        count(years.crimes) > 0 as is_summed
    from {{ ref('int_area_years_counted') }} as years
    inner join {{ ref('int_years_chosen') }} as periods on years.year_ending = periods.year_ending
    inner join {{ ref('int_areas_chosen') }} as areas on years.lsoa_code = areas.lsoa_code
    group by years.crime_type, areas.borough_code
)

select
    boroughs.crime_type,
    boroughs.place_code,
    counted.workers,
    counted.workers_source
from boroughs
inner join {{ ref('int_workers_counted') }} as counted on boroughs.place_code = counted.place_code
where boroughs.is_whole
union all
select
    boroughs.crime_type,
    'city' as place_code,
    sum(counted.workers order by counted.place_code) as workers,
    max(counted.workers_source) as workers_source
from boroughs
left join {{ ref('int_workers_counted') }} as counted on boroughs.place_code = counted.place_code
where boroughs.is_summed
group by boroughs.crime_type
having count(counted.workers) = count(*)
