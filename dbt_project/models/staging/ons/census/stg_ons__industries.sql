with source as (
    select * from {{ source('ons', 'industry') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('industry_code') }} as industry_code,
        {{ clean_text('industry') }} as industry,
        {{ whole_number('residents') }} as residents,
        source_file,
        row_number
    from source
)

select * from renamed
