-- Stations as in their file, without entrances, platforms and street stops; a station of several networks has several rows.
select
    {{ clean_text('name') }} as name,
    {{ clean_text('stop_id') }} as stop_id,
    coalesce({{ clean_text('hub_id') }}, {{ clean_text('stop_id') }}, source_file || row_number) as hub_id,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    source_file,
    row_number
from {{ source('tfl', 'stations') }}
where
    {{ clean_text('stop_type') }} is null
    or {{ clean_text('stop_type') }} in ('NaptanMetroStation', 'NaptanRailStation')
