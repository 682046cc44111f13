with source as (
    select * from {{ source('gla', 'no2') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ decimal_number('no2_mean') }} as no2_ug_m3,
        source_file,
        row_number
    from source
)

select * from renamed
