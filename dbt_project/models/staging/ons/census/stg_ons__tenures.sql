with source as (
    select * from {{ source('ons', 'tenure') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('total_households') }} as total_households,
        {{ clean_text('tenure') }} as tenure,
        {{ whole_number('households') }} as households,
        source_file,
        row_number
    from source
)

select * from renamed
