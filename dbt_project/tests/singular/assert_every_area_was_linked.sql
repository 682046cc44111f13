-- A lookup must lead to every area, so that figures published for areas of the other vintage reach it.
select areas.lsoa_code
from {{ ref('int_areas_chosen') }} as areas
left join {{ ref('int_area_links_weighted') }} as links
    on areas.lsoa_code = links.lsoa_code and areas.lsoa_vintage != links.source_vintage
where links.lsoa_code is null and exists (select 1 from {{ ref('stg_ons__lsoa_links') }})
