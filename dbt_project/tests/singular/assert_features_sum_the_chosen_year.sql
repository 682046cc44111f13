-- The crimes of lsoa_features are the sum of the twelve months of lsoa_crimes that end at year_ending; with only yearly
-- figures, these figures.
with monthly as (
    select
        crimes.lsoa_code,
        count(crimes.crimes) as months,
        sum(crimes.crimes) as crimes
    from {{ ref('lsoa_crimes') }} as crimes
    inner join {{ ref('int_years_chosen') }} as years on crimes.month between years.first_month and years.year_ending
    where crimes.crime_type = 'total'
    group by crimes.lsoa_code
),

yearly as (
    select
        figures.lsoa_code,
        figures.crimes
    from {{ ref('int_year_figures_placed') }} as figures
    inner join {{ ref('int_years_chosen') }} as years on figures.year_ending = years.year_ending
    where figures.crime_type = 'total'
)

select
    features.lsoa_code,
    features.crimes_total,
    monthly.months,
    monthly.crimes,
    yearly.crimes as crimes_of_the_year
from {{ ref('lsoa_features') }} as features
left join monthly on features.lsoa_code = monthly.lsoa_code
left join yearly on features.lsoa_code = yearly.lsoa_code
where
    coalesce(features.crimes_total, -1) - coalesce(case when monthly.months = 12 then monthly.crimes end, yearly.crimes, -1)
    not between -1e-6 and 1e-6
