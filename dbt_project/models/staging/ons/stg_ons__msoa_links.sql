with source as (
    select * from {{ source('ons', 'msoa_2011_to_2021') }}
),

renamed as (
    select
        {{ clean_text('msoa11_code') }} as msoa11_code,
        {{ clean_text('msoa11_name') }} as msoa11_name,
        {{ clean_text('change_indicator') }} as change_indicator,
        {{ clean_text('msoa21_code') }} as msoa21_code,
        {{ clean_text('msoa21_name') }} as msoa21_name,
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        source_file,
        row_number
    from source
)

select * from renamed
