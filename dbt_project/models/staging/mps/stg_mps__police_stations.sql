with source as (
    select * from {{ source('mps', 'police_stations') }}
),

renamed as (
    select
        {{ clean_text('name') }} as name,
        {{ decimal_number('longitude') }} as longitude,
        {{ decimal_number('latitude') }} as latitude,
        source_file,
        row_number
    from source
)

select * from renamed
