-- The crimes of lsoa_features are the sum of the twelve months of lsoa_crimes that end at year_ending.
with monthly as (
    select
        crimes.lsoa_code,
        count(crimes.crimes) as months,
        sum(crimes.crimes) as crimes
    from {{ ref('lsoa_crimes') }} as crimes
    inner join {{ ref('int_years_chosen') }} as years on crimes.month between years.first_month and years.year_ending
    where crimes.crime_type = 'total'
    group by crimes.lsoa_code
)

select
    features.lsoa_code,
    features.crimes_total,
    monthly.months,
    monthly.crimes
from {{ ref('lsoa_features') }} as features
left join monthly on features.lsoa_code = monthly.lsoa_code
where
    features.crimes_total is distinct from case when monthly.months = 12 then monthly.crimes end
