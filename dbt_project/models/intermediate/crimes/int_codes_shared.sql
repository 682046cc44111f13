-- The way of a published area code to the areas of the data set, one for every row of crimes: a code that the data set has
-- is kept, another goes through the lookup by the residents of the year. A part that leads out of the data set is a
-- row without an area; a code that is not here is outside.
with areas as (
    select
        lsoa_code,
        lsoa_vintage
    from {{ ref('int_areas_chosen') }}
),

links as (
    select
        links.source_code,
        links.lsoa_code,
        links.valid_from,
        links.valid_to,
        links.share_of_source
    from {{ ref('int_area_links_weighted') }} as links
    left join areas on links.source_code = areas.lsoa_code
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
