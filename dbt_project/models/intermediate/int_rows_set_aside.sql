-- Rows that count nowhere: what landing excluded, crimes without an area or superseded, points that are in no area.
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

points as (
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
select * from {{ ref('int_crime_rows_rejected') }}
union all
select * from points
