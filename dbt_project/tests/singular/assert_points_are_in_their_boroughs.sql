-- Pubs and venues are published with their borough: of London's three in a thousand are over its edge. If more than 3 % of a
-- file are, coordinates were moved against names, rounded, or are in another system.
{{ config(severity='warn') }}
with named as (
    select
        source_file,
        row_number,
        borough_code
    from {{ ref('stg_gla__pubs') }}
    union all
    select
        source_file,
        row_number,
        borough_code
    from {{ ref('stg_gla__venues') }}
)

select
    points.source_file,
    count(*) filter (where lsoas.borough_code != named.borough_code) as elsewhere,
    count(*) as points
from {{ ref('int_points_located') }} as points
inner join named on points.source_file = named.source_file and points.row_number = named.row_number
inner join {{ ref('lsoas') }} as lsoas on points.lsoa_code = lsoas.lsoa_code
where named.borough_code is not null
group by points.source_file
having elsewhere > 0.03 * count(*)
