with source as (
    select * from {{ source('tfl', 'ptal') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ decimal_number('ptal_index') }} as ptal_index,
        {{ clean_text('ptal') }} as ptal_level,
        source_file,
        row_number
    from source
)

select * from renamed
