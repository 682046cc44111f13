-- The lookup leads to every area, so that what is published for LSOAs of 2011 reaches it.
select areas.lsoa_code
from {{ ref('stg_ons__lsoa_boundaries') }} as areas
left join {{ ref('stg_ons__lsoa_links') }} as links on areas.lsoa_code = links.lsoa_code
where links.lsoa_code is null
