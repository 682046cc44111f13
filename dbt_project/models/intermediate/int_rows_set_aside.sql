-- Rows that count nowhere: what landing set aside, crimes of an area that no boundary has, points that lie in no area.
with landed as (
    select
        publisher,
        thing,
        file,
        row_number,
        reason,
        content
    from {{ ref('stg_landing__set_aside_rows') }}
),

areas as (
    select lsoa_code from {{ ref('int_areas_chosen') }}
),

crimes_elsewhere as (
    select crimes.*
    from {{ ref('stg_mps__lsoa_crimes') }} as crimes
    left join areas on crimes.lsoa_code = areas.lsoa_code
    where areas.lsoa_code is null
),

unknown_areas as (
    select
        'mps' as publisher,
        'lsoa_crime' as thing,
        source_file as file,
        row_number,
        'unknown_area' as reason,
        format(
            '{}, {}, {}: {} crimes from {} to {}',
            any_value(lsoa_code), any_value(major_category), any_value(minor_category),
            sum(crimes)::bigint, strftime(min(month), '%Y-%m'), strftime(max(month), '%Y-%m')
        ) as content
    from crimes_elsewhere
    group by source_file, row_number
),

outside as (
    select
        publisher,
        thing,
        source_file as file,
        row_number,
        case when easting is null then 'unlocated' else 'outside' end as reason,
        coalesce(name, 'no name')
        || coalesce(' at ' || round(easting)::bigint || ', ' || round(northing)::bigint, '') as content
    from {{ ref('int_points_located') }}
    where lsoa_code is null
)

select * from landed
union all
select * from unknown_areas
union all
select * from outside
