with source as (
    select * from {{ source('police_uk', 'offence_categories') }}
),

renamed as (
    select
        {{ clean_text('offence_code') }} as offence_code,
        {{ clean_text('sub_class') }} as sub_class,
        {{ clean_text('offence') }} as offence,
        {{ clean_text('category') }} as category,
        source_file,
        row_number
    from source
)

select * from renamed
