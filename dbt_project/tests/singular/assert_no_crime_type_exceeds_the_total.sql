-- In no area and month does one crime type have more crimes than all of them together.
with crimes as (
    select
        lsoa_code,
        month,
        max(crimes) filter (where crime_type = 'total') as all_crimes,
        max(crimes) filter (where crime_type != 'total') as crimes_of_one_type
    from {{ ref('lsoa_crimes') }}
    group by lsoa_code, month
)

select *
from crimes
where crimes_of_one_type > all_crimes
