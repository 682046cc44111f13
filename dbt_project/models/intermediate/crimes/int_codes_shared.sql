-- Maps every published area code of a crime to the areas of the data set: its own codes are kept, others go through the lookup
-- by the residents of the year. A part that leads outside the data set is a row without an area; an unknown code is outside.
with links as (
    select
        links.source_code,
        links.lsoa_code,
        links.valid_from,
        links.valid_to,
        links.share_of_source
    from {{ ref('int_area_links_weighted') }} as links
    left join {{ ref('int_areas_chosen') }} as areas on links.source_code = areas.lsoa_code
    where areas.lsoa_code is null or links.source_vintage = areas.lsoa_vintage
)

select * from links
union all
select
    source_code,
    null as lsoa_code,
    valid_from,
    valid_to,
    1 - sum(share_of_source) as share_of_source
from links
group by source_code, valid_from, valid_to
having sum(share_of_source) < 1 - 1e-9
