with source as (
    select * from {{ source('ons', 'lsoa_2011_to_msoa_2011') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('msoa_code') }} as msoa_code,
        {{ clean_text('msoa_name') }} as msoa_name,
        source_file,
        row_number
    from source
)

select * from renamed
