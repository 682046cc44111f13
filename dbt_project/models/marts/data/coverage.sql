-- Force x month over the whole span of the data: what was delivered, and the files it is counted from. A street-level file that
-- was cut to some categories is not a month of all crime. A force that no area is reported by recorded something here, at the
-- border or for others: that counts, and says nothing about what it delivered.
with types as (
    select
        force,
        month,
        count(*) as types_reported,
        bool_or(crime_type = 'total') as is_reported
    from {{ ref('int_types_reported') }}
    group by force, month
),

figures as (
    select files.*
    from {{ ref('int_force_months_counted') }} as files
    inner join types on files.force = types.force and files.month = types.month
    where files.is_counted and types.is_reported
),

street_files as (
    select * from {{ ref('int_force_months_counted') }}
    where kind = 'street files' and is_whole_file
),

months as (
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month
    from {{ ref('int_force_months_counted') }}
),

forces as (
    select distinct force
    from {{ ref('int_force_months_counted') }}
    where force in (select areas.force from {{ ref('int_areas_reported') }} as areas)
)

select
    forces.force,
    months.month,
    figures.month is not null as is_reported,
    cast(coalesce(types.types_reported, 0) as integer) as types_reported,
    coalesce(figures.is_complete, false) as is_complete,
    figures.kind as counted_from,
    figures.crimes,
    figures.located_crimes,
    figures.unlocated_crimes,
    {{ percentage('figures.located_crimes', 'figures.located_crimes + figures.unlocated_crimes') }} as located_pct,
    street_files.crimes as street_crimes,
    street_files.antisocial_incidents,
    figures.lsoa_vintage,
    types.month is not null and row_number() over newest_first <= {{ provisional_months('forces.force') }} as is_provisional,
    {{ recording_break('months.month', "'total'", 'forces.force') }} as recording_break
from forces
cross join months
left join figures on forces.force = figures.force and months.month = figures.month
left join street_files on forces.force = street_files.force and months.month = street_files.month
left join types on forces.force = types.force and months.month = types.month
window newest_first as (partition by forces.force, types.month is not null order by months.month desc)
order by forces.force, months.month
