-- Every release and month, compared with the next older release in the areas that both have. A first or last month of a release
-- with under half of an older one's crimes is a stub.
with releases as (
    select
        source_file,
        month,
        last_month,
        month in (first_month, last_month) as is_edge,
        count(*) as places,
        sum(crimes) as crimes
    from {{ ref('int_release_areas_summed') }}
    group by source_file, month, first_month, last_month
),

pairs as (
    select
        newer.source_file,
        newer.month,
        older.source_file as other_file,
        older.last_month as other_last_month,
        sum(newer.crimes) as shared_crimes,
        sum(older.crimes) as other_crimes,
        older.month in (older.first_month, older.last_month) as other_is_edge,
        newer.month in (newer.first_month, newer.last_month) and sum(newer.crimes) < sum(older.crimes) / 2 as is_stub
    from {{ ref('int_release_areas_summed') }} as newer
    inner join {{ ref('int_release_areas_summed') }} as older
        on
            newer.month = older.month
            and newer.place_code = older.place_code
            and (newer.last_month, newer.source_file) > (older.last_month, older.source_file)
    group by
        newer.source_file, newer.month, newer.first_month, newer.last_month, older.source_file, older.month, older.first_month,
        older.last_month
),

compared as (
    select
        source_file,
        month,
        bool_or(is_stub) as is_stub,
        max_by(other_is_edge, (other_last_month, other_file)) as other_is_edge,
        max_by(other_file, (other_last_month, other_file)) as other_file,
        max_by(shared_crimes, (other_last_month, other_file)) as shared_crimes,
        max_by(other_crimes, (other_last_month, other_file)) as other_crimes
    from pairs
    group by source_file, month
)

select
    releases.*,
    coalesce(compared.is_stub, false) as is_stub,
    row_number() over (partition by releases.month order by releases.last_month desc, releases.source_file desc) as newness,
    compared.other_file,
    compared.other_is_edge,
    compared.shared_crimes,
    compared.other_crimes
from releases
left join compared on releases.source_file = compared.source_file and releases.month = compared.month
