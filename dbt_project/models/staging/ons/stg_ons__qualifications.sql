with source as (
    select * from {{ source('ons', 'qualifications') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ decimal_number('level_none_pct') }} as no_qualifications_pct,
        {{ decimal_number('level_1_pct') }} as level_1_pct,
        {{ decimal_number('level_2_pct') }} as level_2_pct,
        {{ decimal_number('apprenticeship_pct') }} as apprenticeship_pct,
        {{ decimal_number('level_3_pct') }} as level_3_pct,
        {{ decimal_number('level_4_plus_pct') }} as level_4_plus_pct,
        {{ decimal_number('other_pct') }} as other_qualifications_pct,
        source_file,
        row_number
    from source
)

select * from renamed
