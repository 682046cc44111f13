-- Every crime of the chosen releases stands in lsoa_crimes, or in set_aside_rows because no boundary has its area.
with released as (
    select
        month,
        crimes
    from {{ ref('int_releases_chosen') }}
),

areas as (
    select lsoa_code from {{ ref('lsoas') }}
),

counted as (
    select
        month,
        sum(crimes) as crimes
    from {{ ref('lsoa_crimes') }}
    where crime_type = 'total'
    group by month
),

elsewhere as (
    select
        crimes.month,
        sum(crimes.crimes) as crimes
    from {{ ref('stg_mps__lsoa_crimes') }} as crimes
    inner join {{ ref('int_releases_chosen') }} as releases
        on crimes.month = releases.month and crimes.source_file = releases.source_file
    left join areas on crimes.lsoa_code = areas.lsoa_code
    where areas.lsoa_code is null
    group by crimes.month
)

select
    released.month,
    released.crimes as released,
    counted.crimes as counted,
    elsewhere.crimes as elsewhere
from released
left join counted on released.month = counted.month
left join elsewhere on released.month = elsewhere.month
where released.crimes != coalesce(counted.crimes, 0) + coalesce(elsewhere.crimes, 0)
