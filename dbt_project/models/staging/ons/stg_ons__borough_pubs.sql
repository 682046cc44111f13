with source as (
    select * from {{ source('ons', 'borough_pubs') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ whole_number('pubs') }} as pubs,
        {{ clean_text('note') }} as note,
        source_file,
        row_number
    from source
)

select * from renamed
