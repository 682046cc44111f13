-- Crimes that count, per area, month and crime type; sparse. Split areas have fractions of crimes, which add up to whole ones.
with areas as (
    select
        lsoa_code,
        month,
        source_file,
        counted_from
    from {{ ref('int_areas_reported') }}
    where is_reported
),

categories as (
    select
        publisher,
        upper(category) as category,
        crime_type
    from {{ ref('crime_type_categories') }}
),

released as (
    select
        codes.lsoa_code,
        cells.month,
        categories.crime_type,
        cells.crimes * codes.share_of_source as crimes
    from {{ ref('int_release_cells_summed') }} as cells
    inner join {{ ref('int_codes_shared') }} as codes
        on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
    inner join areas
        on codes.lsoa_code = areas.lsoa_code and cells.month = areas.month and cells.source_file = areas.source_file
    inner join categories on cells.category = categories.category and categories.publisher = 'mps'
),

-- In an area where street-level files count, whichever force recorded the crime.
recorded as (
    select
        cells.lsoa_code,
        cells.month,
        categories.crime_type,
        cells.crimes
    from {{ ref('int_street_cells_placed') }} as cells
    inner join areas
        on cells.lsoa_code = areas.lsoa_code and cells.month = areas.month and areas.counted_from = 'street files'
    inner join categories on upper(cells.category) = categories.category and categories.publisher = 'police_uk'
    where
        cells.fate = 'located'
        and cells.force not in (
            select chosen.force
            from {{ ref('int_crime_sources_chosen') }} as chosen
            where chosen.source_key = 'mps/lsoa_crime'
        )
),

joined as (
    select * from released
    union all
    select * from recorded
)

select
    lsoa_code,
    month,
    crime_type,
    sum(crimes) as crimes
from joined
group by lsoa_code, month, crime_type
