-- Releases of the LSOA file overlap: per month the newest counts, unless it is a stub of a month that an older one holds whole.
with crimes as (
    select
        source_file,
        month,
        crimes
    from {{ ref('stg_mps__lsoa_crimes') }}
),

figures as (
    select
        source_file,
        month,
        sum(crimes)::bigint as crimes
    from crimes
    group by source_file, month
    -- A month column without a single crime was not delivered.
    having sum(crimes) > 0
),

releases as (
    select
        *,
        min(month) over (partition by source_file) as first_month,
        max(month) over (partition by source_file) as last_month
    from figures
),

ranked as (
    select
        *,
        row_number() over (partition by month order by last_month desc, source_file desc) as newness,
        max(crimes) over (
            partition by month order by last_month, source_file
            rows between unbounded preceding and 1 preceding
        ) as largest_older_figure
    from releases
),

judged as (
    select
        *,
        month in (first_month, last_month) and crimes < largest_older_figure / 2 is true as is_stub
    from ranked
),

chosen as (
    select *
    from judged
    where not is_stub
    qualify row_number() over (partition by month order by newness) = 1
),

others as (
    select judged.*
    from judged
    inner join chosen on judged.month = chosen.month and judged.source_file != chosen.source_file
    qualify row_number() over (partition by judged.month order by judged.newness) = 1
)

select
    chosen.month,
    chosen.source_file,
    chosen.crimes,
    others.source_file as other_file,
    others.crimes as other_crimes,
    case
        when others.source_file is null then 'only release'
        when others.newness < chosen.newness then 'newer release is a stub'
        else 'newest release'
    end as reason
from chosen
left join others on chosen.month = others.month
