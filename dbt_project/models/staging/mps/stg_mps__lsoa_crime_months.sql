with source as (
    select * from {{ source('mps', 'lsoa_crime_months') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('borough') }} as borough,
        {{ clean_text('category') }} as category,
        {{ first_of_month('month') }} as month,
        {{ whole_number('crimes') }} as crimes,
        source_file,
        row_number
    from source
)

select * from renamed
