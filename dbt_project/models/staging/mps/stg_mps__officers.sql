with source as (
    select * from {{ source('mps', 'officers') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ first_of_month('month') }} as month,
        {{ decimal_number('officers') }} as officers,
        source_file,
        row_number
    from source
)

select * from renamed
