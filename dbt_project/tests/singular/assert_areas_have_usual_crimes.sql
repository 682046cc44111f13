-- The middle area of London and of the made-up cities has 110 to 130 crimes a year. A tenth or ten times as many: the figures
-- were divided or multiplied, or half of the areas have none.
{{ config(severity='warn') }}
select
    year_ending,
    median(crimes) as middle_area,
    count(crimes) as areas
from {{ ref('int_area_years_counted') }}
where crime_type = 'total'
group by year_ending
having median(crimes) not between 15 and 1000
