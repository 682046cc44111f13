with source as (
    select * from {{ source('mopac', 'front_counters') }}
),

renamed as (
    select
        {{ clean_text('name') }} as name,
        {{ clean_text('borough') }} as borough,
        {{ clean_text('borough_code') }} as borough_code,
        {{ decimal_number('longitude') }} as longitude,
        {{ decimal_number('latitude') }} as latitude,
        {{ clean_text('decision') }} as decision,
        {{ clean_text('hours_before') }} as hours_before,
        {{ clean_text('hours_proposed') }} as hours_proposed,
        source_file,
        row_number
    from source
)

select * from renamed
