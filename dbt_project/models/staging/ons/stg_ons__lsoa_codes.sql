with source as (
    select * from {{ source('ons', 'lsoa_2021_codes') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('lsoa_name_welsh') }} as lsoa_name_welsh,
        {{ clean_text('object_id') }} as object_id,
        source_file,
        row_number
    from source
)

select * from renamed
