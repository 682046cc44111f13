-- Minor categories on the areas of the data set, per month and source: the release of small areas, or the street-level files of
-- the forces without one. Sparse; its readers decide which source counts in an area.
with released as (
    select
        'mps' as publisher,
        codes.lsoa_code,
        cells.source_file as said_by,
        cells.month,
        cells.category,
        cells.minor_category,
        cells.crimes * codes.share_of_source as crimes
    from {{ ref('int_release_cells_summed') }} as cells
    inner join {{ ref('int_codes_shared') }} as codes
        on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
),

recorded as (
    select
        'police_uk' as publisher,
        lsoa_code,
        'street files' as said_by,
        month,
        category,
        category as minor_category,
        crimes
    from {{ ref('int_street_cells_placed') }}
    where
        fate = 'located'
        and force not in (
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
    publisher,
    lsoa_code,
    said_by,
    month,
    {{ minor_category('minor_category') }} as minor_category,
    any_value(upper(category)) as category,
    sum(crimes) as crimes
from joined
group by 1, 2, 3, 4, 5
