-- In no area and month does one crime type have more crimes than all of them together. Anti-social behaviour is no crime.
with crimes as (
    select
        lsoa_code,
        month,
        max(crimes) filter (where crime_type = 'total') as all_crimes,
        max(crimes) filter (where crime_type not in ('total', 'antisocial')) as crimes_of_one_type
    from {{ ref('int_crimes_counted') }}
    group by lsoa_code, month
)

select *
from crimes
where crimes_of_one_type > coalesce(all_crimes, 0) + 1e-6
