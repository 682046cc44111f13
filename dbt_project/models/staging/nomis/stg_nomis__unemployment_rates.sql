with source as (
    select * from {{ source('nomis', 'unemployment') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        100 * {{ decimal_number('unemployment') }} as unemployment_pct,
        source_file,
        row_number
    from source
)

select * from renamed
