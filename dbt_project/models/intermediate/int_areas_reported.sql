-- Area x covered month: whether the force reported the area's borough at all. A borough without a single crime in the chosen
-- release is not reported (the City of London has a force of its own), which is not the same as no crime.
with areas as (
    select
        lsoa_code,
        borough_code
    from {{ ref('int_areas_chosen') }}
),

months as (
    select
        month,
        source_file
    from {{ ref('int_releases_chosen') }}
),

reported as (
    select
        areas.borough_code,
        crimes.month
    from {{ ref('stg_mps__lsoa_crimes') }} as crimes
    inner join months on crimes.month = months.month and crimes.source_file = months.source_file
    inner join areas on crimes.lsoa_code = areas.lsoa_code
    group by areas.borough_code, crimes.month
    having sum(crimes.crimes) > 0
)

select
    areas.lsoa_code,
    areas.borough_code,
    months.month,
    reported.month is not null as is_reported
from areas
cross join months
left join reported on areas.borough_code = reported.borough_code and months.month = reported.month
