-- Every source in catalogue order, with the totals of its files; one without a file has 0 of them.
with files as (
    select
        publisher,
        thing,
        count(*) filter (where excluded_because is null) as files,
        count(*) filter (where excluded_because is not null) as files_excluded,
        sum(rows_in) filter (where excluded_because is null) as rows_in,
        sum(rows_kept) filter (where excluded_because is null) as rows_kept,
        sum(rows_set_aside) filter (where excluded_because is null) as rows_set_aside,
        min(first_month) filter (where excluded_because is null) as first_month,
        max(last_month) filter (where excluded_because is null) as last_month,
        string_agg(distinct lsoa_vintage, '; ' order by lsoa_vintage) filter (where excluded_because is null) as lsoa_vintages,
        any_value(excluded_because) as excluded_because
    from {{ ref('source_files') }}
    group by publisher, thing
)

select
    catalogue.publisher,
    catalogue.thing,
    catalogue.sort_order,
    catalogue.title,
    catalogue.credit,
    catalogue.attribution,
    catalogue.licence,
    catalogue.vintage,
    catalogue.cadence,
    catalogue.landing_page,
    catalogue.is_context,
    coalesce(files.files, 0)::integer as files,
    coalesce(files.files_excluded, 0)::integer as files_excluded,
    coalesce(files.rows_in, 0)::bigint as rows_in,
    coalesce(files.rows_kept, 0)::bigint as rows_kept,
    coalesce(files.rows_set_aside, 0)::bigint as rows_set_aside,
    files.first_month,
    files.last_month,
    files.lsoa_vintages,
    files.excluded_because
from {{ ref('stg_landing__catalogue') }} as catalogue
left join files on catalogue.publisher = files.publisher and catalogue.thing = files.thing
order by catalogue.sort_order
