-- Each landed pub is in one area or in none; rows excluded by landing are not here.
with counts as (
    select
        (select count(*) from {{ ref('stg_gla__pubs') }}) as published,
        (select coalesce(sum(pubs), 0) from {{ ref('lsoa_features') }}) as counted,
        (
            select count(*) from {{ ref('int_points_located') }}
            where point_type = 'pub' and lsoa_code is null
        ) as set_aside
)

select *
from counts
where published != counted + set_aside
