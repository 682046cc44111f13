with source as (
    select * from {{ source('mopac', 'police_counter_times') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ decimal_number('noon_minutes') }} as noon_minutes,
        {{ decimal_number('night_minutes') }} as night_minutes,
        source_file,
        row_number
    from source
)

select * from renamed
