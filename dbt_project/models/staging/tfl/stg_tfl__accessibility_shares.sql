with source as (
    select * from {{ source('tfl', 'accessibility') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ decimal_number('poor_pct') }} as poor_pct,
        {{ decimal_number('average_pct') }} as average_pct,
        {{ decimal_number('good_pct') }} as good_pct,
        source_file,
        row_number
    from source
)

select * from renamed
