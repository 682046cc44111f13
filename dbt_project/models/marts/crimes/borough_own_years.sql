-- The same as lsoa_own_years for boroughs; known only where all areas of the borough are, for the same months.
select
    lsoas.borough_code,
    boroughs.borough_name,
    years.crime_type,
    years.year_ending,
    years.period_label,
    boroughs.areas,
    sum(years.crimes order by years.lsoa_code) as crimes,
    case when count(years.crimes_before) = boroughs.areas then sum(years.crimes_before order by years.lsoa_code) end
        as crimes_before,
    boroughs.residents,
    {{ rate('sum(years.crimes order by years.lsoa_code)', 'boroughs.residents', 1000) }} as crimes_per_1000,
    workers.workers,
    workers.workers_source,
    {{ rate('sum(years.crimes order by years.lsoa_code)', 'boroughs.residents + workers.workers', 1000) }}
        as crimes_per_1000_people
from {{ ref('lsoa_own_years') }} as years
inner join {{ ref('lsoas') }} as lsoas on years.lsoa_code = lsoas.lsoa_code
inner join {{ ref('boroughs') }} as boroughs on lsoas.borough_code = boroughs.borough_code
left join {{ ref('int_workers_counted') }} as workers on lsoas.borough_code = workers.place_code
group by
    lsoas.borough_code, boroughs.borough_name, years.crime_type, years.year_ending, years.period_label, boroughs.areas,
    boroughs.residents, workers.workers, workers.workers_source
having count(*) = boroughs.areas
