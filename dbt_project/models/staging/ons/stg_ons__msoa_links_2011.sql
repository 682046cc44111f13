with source as (
    select * from {{ source('ons', 'lsoa_2011_to_msoa_2011') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ clean_text('lsoa11_name') }} as lsoa11_name,
        {{ clean_text('msoa11_code') }} as msoa11_code,
        {{ clean_text('msoa11_name') }} as msoa11_name,
        source_file,
        row_number
    from source
)

select * from renamed
