-- Boroughs in the newest year and the one before it; a borough is known only if all its areas are.
select
    lsoas.borough_code,
    min(lsoas.borough_name) as borough_name,
    years.crime_type,
    years.year_ending,
    years.is_current,
    years.period_label,
    count(years.crimes)::integer as areas,
    count(*)::integer as of_areas,
    case when count(years.crimes) = count(*) then sum(years.crimes) end as crimes,
    case when count(years.residents) = count(*) then sum(years.residents) end as residents,
    any_value(years.residents_year) as residents_year,
    {{ rate(
        'case when count(years.crimes) = count(*) and count(years.residents) = count(*) then sum(years.crimes) end',
        'sum(years.residents)',
        1000
    ) }} as crimes_per_1000
from {{ ref('lsoa_years') }} as years
inner join {{ ref('lsoas') }} as lsoas on years.lsoa_code = lsoas.lsoa_code
group by lsoas.borough_code, years.crime_type, years.year_ending, years.is_current, years.period_label
