with source as (
    select * from {{ source('mps', 'lsoa_crime_years') }}
),

renamed as (
    select
        upper({{ clean_text('major_category') }}) as major_category,
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ clean_text('msoa_code') }} as msoa_code,
        {{ clean_text('msoa_name') }} as msoa_name,
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ whole_number('year') }} as crime_year,
        {{ whole_number('crimes') }} as crimes,
        source_file,
        row_number
    from source
)

select * from renamed
