-- The newest year and the one before it, so that a change can be told: one row per area, crime type and year.
with chosen as (
    select year_ending
    from {{ ref('int_years_chosen') }}
),

years as (
    select year_ending from chosen
    union all
    select cast(year_ending - interval 1 year as date) as year_ending from chosen
)

select
    crimes.lsoa_code,
    crimes.crime_type,
    years.year_ending,
    {{ sum_of_whole_year('crimes.crimes', 'true') }} as crimes
from {{ ref('lsoa_crimes') }} as crimes
inner join years
    on
        crimes.month <= years.year_ending
        and crimes.month > years.year_ending - interval 1 year
group by crimes.lsoa_code, crimes.crime_type, years.year_ending
