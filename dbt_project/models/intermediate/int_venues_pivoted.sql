-- One row per area, one column per type of point; NULL where the type has no file.
{% set types = {
    'pub': 'pubs', 'nightclub': 'nightclubs', 'music_venue': 'music_venues', 'lgbt_venue': 'lgbt_venues',
    'theatre': 'theatres', 'cinema': 'cinemas', 'station': 'stations', 'bar': 'bars', 'food_place': 'food_places',
    'food_shop': 'food_shops', 'hotel': 'hotels', 'hospital': 'hospitals'
} %}
{% set others = "'pub', 'station', 'bar', 'food_place', 'food_shop', 'hotel', 'hospital'" %}
with points as (
    select
        lsoa_code,
        point_type,
        points,
        points_within_250m,
        points_in_msoa
    from {{ ref('int_points_counted') }}
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
from points
group by lsoa_code
