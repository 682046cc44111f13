with source as (
    select * from {{ source('ons', 'workplace_population') }}
),

renamed as (
    select
        {{ clean_text('msoa_code') }} as msoa_code,
        {{ whole_number('workers') }} as workers,
        source_file,
        row_number
    from source
)

select * from renamed
