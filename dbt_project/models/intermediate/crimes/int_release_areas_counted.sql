-- The release that counts per area and month: the newest that has the area and covers the month, unless the month is a stub in
-- it and an older one has it.
with areas as (
    select
        source_file,
        month,
        place_code,
        lsoa_code,
        crimes
    from {{ ref('int_release_areas_summed') }}
)

select areas.*
from areas
inner join {{ ref('int_releases_compared') }} as releases
    on areas.source_file = releases.source_file and areas.month = releases.month
qualify row_number() over (partition by areas.place_code, areas.month order by releases.is_stub, releases.newness) = 1
