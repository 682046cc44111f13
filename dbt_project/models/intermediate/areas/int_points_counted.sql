-- Points per area, one column per type, inside the polygon and within 250 m of its edge (inside included). A type without a file
-- is NULL; with a file, an area without a point has 0. Food hygiene ratings have a file per local authority: where its file is
-- not there, its areas are NULL.
{% set types = {
    'pub': 'pubs', 'nightclub': 'nightclubs', 'music_venue': 'music_venues', 'lgbt_venue': 'lgbt_venues',
    'theatre': 'theatres', 'cinema': 'cinemas', 'station': 'stations', 'bar': 'bars', 'food_place': 'food_places',
    'food_shop': 'food_shops', 'hotel': 'hotels', 'hospital': 'hospitals', 'chain': 'chains', 'night_counter': 'night_counters'
} %}
{% set others = "'pub', 'station', 'bar', 'food_place', 'food_shop', 'hotel', 'hospital', 'chain', 'night_counter'" %}
with located as (
    select
        publisher,
        point_type,
        is_chain,
        lsoa_code,
        source_file,
        st_point(easting, northing) as point
    from {{ ref('int_points_located') }}
    where easting is not null and northing is not null
),

-- A branch of a chain counts as a chain's and as what it is.
points as (
    select * exclude (is_chain) from located
    union all
    select * exclude (is_chain) replace ('chain' as point_type)
    from located
    where is_chain
),

types as (
    select
        point_type,
        bool_and(publisher = 'fsa') as is_rated
    from points
    group by point_type
),

areas as (
    select
        measured.lsoa_code,
        measured.msoa_code,
        measured.geometry,
        chosen.borough_code
    from {{ ref('int_areas_measured') }} as measured
    inner join {{ ref('int_areas_chosen') }} as chosen on measured.lsoa_code = chosen.lsoa_code
),

rated_files as (
    select
        areas.borough_code,
        count(*) as premises,
        max(count(*)) over (partition by points.source_file) as most_premises
    from points
    inner join areas on points.lsoa_code = areas.lsoa_code
    where points.publisher = 'fsa'
    group by points.source_file, areas.borough_code
),

-- A file has a few premises over the border: they are not the file of the authority there.
rated as (
    select distinct borough_code
    from rated_files
    where premises >= most_premises / 10
),

inside as (
    select
        lsoa_code,
        point_type,
        count(*) as points
    from points
    where lsoa_code is not null
    group by lsoa_code, point_type
),

near as (
    select
        areas.lsoa_code,
        points.point_type,
        count(*) as points
    from points
    inner join areas on st_dwithin(areas.geometry, points.point, 250)
    group by areas.lsoa_code, points.point_type
),

counted as (
    select
        areas.lsoa_code,
        types.point_type,
        coalesce(inside.points, 0) as points,
        coalesce(near.points, 0) as points_within_250m,
        sum(coalesce(inside.points, 0)) over (partition by areas.msoa_code, types.point_type)::bigint as points_in_msoa
    from areas
    cross join types
    left join inside on areas.lsoa_code = inside.lsoa_code and types.point_type = inside.point_type
    left join near on areas.lsoa_code = near.lsoa_code and types.point_type = near.point_type
    where not types.is_rated or areas.borough_code in (select rated.borough_code from rated)
)

select
    lsoa_code,
    {%- for type, name in types.items() %}
    sum(points) filter (where point_type = '{{ type }}')::double as {{ name }},
    sum(points_within_250m) filter (where point_type = '{{ type }}')::double as {{ name }}_within_250m,
    {%- endfor %}
    sum(points_in_msoa) filter (where point_type = 'pub')::double as pubs_msoa,
    sum(points) filter (where point_type not in ({{ others }}))::double as venues,
    sum(points_within_250m) filter (where point_type not in ({{ others }}))::double as venues_within_250m
from counted
group by lsoa_code
