with source as (
    select * from {{ source('ons', 'qualifications_2011') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ whole_number('residents_16_plus') }} as residents_16_plus,
        {{ whole_number('no_qualifications') }} as no_qualifications,
        {{ whole_number('level_1') }} as level_1,
        {{ whole_number('level_2') }} as level_2,
        {{ whole_number('apprenticeship') }} as apprenticeship,
        {{ whole_number('level_3') }} as level_3,
        {{ whole_number('level_4_plus') }} as level_4_plus,
        {{ whole_number('other_qualifications') }} as other_qualifications,
        {{ whole_number('working_students') }} as working_students,
        {{ whole_number('unemployed_students') }} as unemployed_students,
        {{ whole_number('inactive_students') }} as inactive_students,
        source_file,
        row_number
    from source
)

select * from renamed
