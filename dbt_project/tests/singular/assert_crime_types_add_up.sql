-- In every area, month and year all crime is the sum of its types. Anti-social behaviour is not a crime.
with figures as (
    select
        lsoa_code,
        month as period,
        'month' as kind,
        crime_type,
        crimes
    from {{ ref('lsoa_crimes') }}
    union all
    select
        lsoa_code,
        year_ending as period,
        'year' as kind,
        crime_type,
        crimes
    from {{ ref('lsoa_years') }}
)

select
    lsoa_code,
    period,
    kind,
    max(crimes) filter (where crime_type = 'total') as all_crime,
    sum(crimes) filter (where crime_type not in ('total', 'antisocial')) as sum_of_types
from figures
group by lsoa_code, period, kind
having abs(coalesce(sum_of_types, 0) - all_crime) > 1e-6
