with source as (
    select * from {{ source('nomis', 'economic_activity') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ whole_number('residents_16_plus') }} as residents_16_plus,
        {{ whole_number('in_employment') }} as in_employment,
        source_file,
        row_number
    from source
)

select * from renamed
