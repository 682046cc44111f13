-- Stations as in their file, without entrances, platforms and street stops; a station of several networks has several rows.
with source as (
    select * from {{ source('tfl', 'stations') }}
),

renamed as (
    select
        {{ clean_text('name') }} as name,
        {{ clean_text('stop_id') }} as stop_id,
        coalesce({{ clean_text('hub_id') }}, {{ clean_text('stop_id') }}, source_file || row_number) as hub_id,
        {{ clean_text('stop_type') }} as stop_type,
        {{ decimal_number('longitude') }} as longitude,
        {{ decimal_number('latitude') }} as latitude,
        source_file,
        row_number
    from source
)

select * from renamed
where stop_type is null or stop_type in ('NaptanMetroStation', 'NaptanRailStation')
