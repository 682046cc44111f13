-- Vintage of the area codes of a file's month: codes that only one year has decide, both kinds are 'mixed', and if all codes
-- are in both, it is that of the data set's areas.
with files as (
    select distinct
        'mps' as publisher,
        'lsoa_crime' as thing,
        cells.source_file,
        null as force,
        cells.month,
        cells.lsoa_code
    from {{ ref('int_release_cells_summed') }} as cells
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime'
    union all
    select distinct
        'police_uk' as publisher,
        'street_crime' as thing,
        source_file,
        force,
        month,
        source_code as lsoa_code
    from {{ ref('int_street_cells_placed') }}
),

areas as (
    select
        lsoa_code,
        lsoa_vintage
    from {{ ref('int_areas_chosen') }}
),

-- Of a code in both years only the data set's own is kept.
published as (
    select
        lsoa11_code as lsoa_code,
        '2011' as lsoa_vintage
    from {{ ref('stg_ons__lsoa_links') }}
    union all
    select
        lsoa_code,
        '2021' as lsoa_vintage
    from {{ ref('stg_ons__lsoa_links') }}
    union all
    select * from areas
),

codes as (
    select
        lsoa_code,
        case when count(distinct lsoa_vintage) = 1 then min(lsoa_vintage) end as only_vintage
    from published
    group by lsoa_code
)

select
    files.publisher,
    files.thing,
    files.source_file,
    files.force,
    files.month,
    count(*) filter (where codes.only_vintage = '2011') > 0 as has_2011,
    count(*) filter (where codes.only_vintage = '2021') > 0 as has_2021
from files
inner join codes on files.lsoa_code = codes.lsoa_code
group by all
