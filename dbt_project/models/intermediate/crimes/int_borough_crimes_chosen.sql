-- Crimes per month, borough and category in the release of the borough files that counts: the newest of a month, unless the month
-- is at its edge and under half of what another one has.
with borough_rows as (
    select
        month,
        borough,
        borough_code,
        major_category,
        crimes,
        source_file
    from {{ ref('stg_mps__borough_crimes') }}
    -- A file that names command units of several boroughs has nothing to compare areas with.
    qualify 2 * count(borough_code) over (partition by source_file) >= count(*) over (partition by source_file)
),

files as (
    select
        source_file,
        month,
        max(month) over (partition by source_file) as last_month,
        month in (min(month) over (partition by source_file), max(month) over (partition by source_file))
        and sum(crimes) < max(sum(crimes)) over (partition by month) / 2 as is_stub
    from borough_rows
    group by source_file, month
),

releases as (
    select
        source_file,
        month
    from files
    qualify row_number() over (partition by month order by is_stub asc, last_month desc, source_file desc) = 1
)

select
    borough_rows.month,
    borough_rows.borough_code,
    borough_rows.borough,
    borough_rows.major_category,
    sum(borough_rows.crimes)::bigint as crimes
from borough_rows
inner join releases on borough_rows.month = releases.month and borough_rows.source_file = releases.source_file
group by all
