with source as (
    select * from {{ source('gla', 'borough_figures') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ decimal_number('value') }} as value,
        source_file,
        row_number
    from source
)

select * from renamed
