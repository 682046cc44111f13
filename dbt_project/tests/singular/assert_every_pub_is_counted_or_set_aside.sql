-- Each row of the pubs' file is a pub of one area or stands in set_aside_rows.
with counts as (
    select
        (select count(*) from {{ ref('stg_gla__pubs') }}) as published,
        (select coalesce(sum(pubs), 0) from {{ ref('lsoa_features') }}) as counted,
        (
            select count(*) from {{ ref('set_aside_rows') }}
            where publisher = 'gla' and thing = 'pubs' and reason in ('outside', 'unlocated')
        ) as set_aside
)

select *
from counts
where published != counted + set_aside
