-- One row: summary of the data set.
with counted as (
    select
        count(*) filter (where files > 0)::integer as sources,
        count(*) filter (where files > 0 and is_context)::integer as context_sources,
        coalesce(sum(files), 0)::integer as files,
        coalesce(sum(rows_in), 0)::bigint as rows_in,
        coalesce(sum(rows_kept), 0)::bigint as rows_kept,
        coalesce(sum(rows_set_aside), 0)::bigint as rows_set_aside
    from {{ ref('sources') }}
),

covered as (
    select
        min(month) as first_month,
        max(month) as last_month,
        count(distinct month)::integer as months,
        count(distinct force)::integer as forces
    from {{ ref('coverage') }}
),

said as (
    select
        coalesce(max(place), '{{ var("place") }}') as place,
        coalesce(bool_or(is_synthetic), false) as is_synthetic
    from {{ ref('stg_landing__data_sets') }}
)

select
    said.place,
    said.is_synthetic,
    counted.sources,
    counted.context_sources,
    counted.files,
    counted.rows_in,
    counted.rows_kept,
    counted.rows_set_aside,
    coalesce({{ percentage('counted.rows_set_aside', 'counted.rows_in') }}, 0) as set_aside_pct,
    covered.first_month,
    covered.last_month,
    covered.months,
    covered.forces,
    (select count(*)::integer from {{ ref('lsoas') }}) as areas
from counted
cross join covered
cross join said
