-- Neighbourhoods in the year that is shown and the one before it, beside their borough and the city; one is known only where all
-- its areas are.
with sums as (
    select
        neighbourhoods.msoa_code,
        years.crime_type,
        any_value(years.year_ending) as year_ending,
        any_value(years.period_label) as period_label,
        any_value(neighbourhoods.borough_code) as borough_code,
        any_value(neighbourhoods.residents) as residents,
        case when count(years.crimes) = count(*) then sum(years.crimes order by years.lsoa_code) end as crimes,
        case when count(years.crimes_before) = count(*) then sum(years.crimes_before order by years.lsoa_code) end
            as crimes_before
    from {{ ref('area_findings') }} as years
    inner join {{ ref('lsoas') }} as lsoas on years.lsoa_code = lsoas.lsoa_code
    inner join {{ ref('neighbourhoods') }} as neighbourhoods on lsoas.msoa_code = neighbourhoods.msoa_code
    group by neighbourhoods.msoa_code, years.crime_type
),

tested as (
    select found.*
    from {{ source('models', 'neighbourhood_changes') }} as found
    inner join {{ ref('int_years_chosen') }} as periods on date_trunc('month', found.period_end) = periods.year_ending
)

select
    sums.msoa_code,
    sums.crime_type,
    sums.year_ending,
    sums.period_label,
    sums.crimes,
    sums.crimes_before,
    tested.change_pct,
    tested.is_clear_change,
    {{ rate('sums.crimes', 'sums.residents', 1000) }} as crimes_per_1000,
    boroughs.crimes_per_1000 as borough_per_1000,
    city.crimes_per_1000 as city_per_1000,
    case
        when
            sums.crimes is not null
            then rank() over (partition by sums.crime_type order by round(sums.crimes, 6) desc nulls last)
    end as rank,
    count(sums.crimes) over (partition by sums.crime_type) as ranked
from sums
left join tested on sums.msoa_code = tested.msoa_code and sums.crime_type = tested.crime_type
left join {{ ref('borough_changes') }} as boroughs
    on sums.borough_code = boroughs.place_code and sums.crime_type = boroughs.crime_type and boroughs.is_complete
left join {{ ref('borough_changes') }} as city on city.place_code = 'city' and sums.crime_type = city.crime_type
