with source as (
    select * from {{ source('nomis', 'economic_activity') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ clean_text('lsoa_name') }} as lsoa_name,
        {{ whole_number('residents_16_plus') }} as residents_16_plus,
        {{ whole_number('in_employment') }} as in_employment,
        {{ whole_number('students_in_employment') }} as students_in_employment,
        {{ whole_number('employers') }} as employers,
        {{ whole_number('self_employed') }} as self_employed,
        {{ whole_number('unemployed') }} as unemployed,
        {{ whole_number('students_unemployed') }} as students_unemployed,
        {{ whole_number('looking_after_home') }} as looking_after_home,
        source_file,
        row_number
    from source
)

select * from renamed
