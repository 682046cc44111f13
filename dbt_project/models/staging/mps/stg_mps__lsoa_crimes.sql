with source as (
    select * from {{ source('mps', 'lsoa_crime') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('borough') }} as borough_as_published,
        upper({{ clean_text('major_category') }}) as major_category,
        upper({{ clean_text('minor_category') }}) as minor_category,
        {{ first_of_month('month') }} as month,
        {{ whole_number('crimes') }} as crimes,
        source_file,
        row_number
    from source
)

select * from renamed
