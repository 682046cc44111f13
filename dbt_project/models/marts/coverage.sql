-- Force x month over the whole span of the data: what was delivered, and from which files it is counted.
with files as (
    select * from {{ ref('int_force_months_counted') }}
),

figures as (
    select * from files
    where is_counted
),

street_files as (
    select * from files
    where kind = 'street files'
),

months as (
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month
    from files
),

forces as (
    select distinct force from files
),

-- How many of a force's newest months are still revised.
provisional as (
    select
        forces.force,
        coalesce(own.months, fallback.months) as months
    from forces
    left join {{ ref('provisional_months') }} as own on forces.force = own.force
    left join {{ ref('provisional_months') }} as fallback on fallback.force = 'any other force'
)

select
    forces.force,
    months.month,
    figures.month is not null as is_reported,
    coalesce(figures.is_complete, false) as is_complete,
    figures.kind as counted_from,
    figures.crimes,
    figures.located_pct,
    street_files.crimes as street_crimes,
    street_files.antisocial_incidents,
    figures.lsoa_vintage,
    figures.month is not null and row_number() over newest_first <= provisional.months as is_provisional
from forces
cross join months
left join figures on forces.force = figures.force and months.month = figures.month
left join street_files on forces.force = street_files.force and months.month = street_files.month
left join provisional on forces.force = provisional.force
window newest_first as (partition by forces.force, figures.month is not null order by months.month desc)
order by forces.force, months.month
