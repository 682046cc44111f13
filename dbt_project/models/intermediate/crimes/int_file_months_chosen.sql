-- The file that counts per month among overlapping releases for boroughs and wards. The newest does, unless the month is at its
-- edge and under half of another's. A month under half of the usual one was truncated: it has no figures.
with months as (
    select
        'borough_crime' as thing,
        source_file,
        month,
        sum(crimes) as crimes
    from {{ ref('stg_mps__borough_crimes') }}
    group by source_file, month
    -- A file with command units that cover several boroughs has no figures for boroughs.
    having 2 * count(borough_code) >= count(*)
    union all
    select
        'ward_crime' as thing,
        source_file,
        month,
        sum(crimes) as crimes
    from {{ ref('stg_mps__ward_crimes') }}
    group by source_file, month
),

files as (
    select
        *,
        max(month) over file as last_month,
        month in (min(month) over file, max(month) over file)
        and crimes < max(crimes) over (partition by thing, month) / 2 as is_stub
    from months
    window file as (partition by thing, source_file)
),

newest as (
    select * from files
    qualify row_number() over (partition by thing, month order by is_stub asc, last_month desc, source_file desc) = 1
),

provisional as (
    select coalesce(max(months) filter (where force = '{{ var("force") }}'), max(months)) as months
    from {{ ref('provisional_months') }}
)

select
    newest.thing,
    newest.source_file,
    newest.month,
    newest.crimes >= median(newest.crimes) over (partition by newest.thing) / 2 as is_complete,
    row_number() over (partition by newest.thing order by newest.month desc) <= provisional.months as is_provisional
from newest
cross join provisional
