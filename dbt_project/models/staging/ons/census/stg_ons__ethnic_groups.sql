with source as (
    select * from {{ source('ons', 'ethnic_group') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('residents') }} as residents,
        {{ whole_number('white_british') }} as white_british,
        {{ whole_number('white_irish') }} as white_irish,
        {{ whole_number('white_traveller') }} as white_traveller,
        {{ whole_number('white_roma') }} as white_roma,
        {{ whole_number('white_other') }} as white_other,
        {{ whole_number('mixed_asian') }} as mixed_asian,
        {{ whole_number('mixed_african') }} as mixed_african,
        {{ whole_number('mixed_caribbean') }} as mixed_caribbean,
        {{ whole_number('mixed_other') }} as mixed_other,
        {{ whole_number('bangladeshi') }} as bangladeshi,
        {{ whole_number('chinese') }} as chinese,
        {{ whole_number('indian') }} as indian,
        {{ whole_number('pakistani') }} as pakistani,
        {{ whole_number('asian_other') }} as asian_other,
        {{ whole_number('black_african') }} as black_african,
        {{ whole_number('black_caribbean') }} as black_caribbean,
        {{ whole_number('black_other') }} as black_other,
        {{ whole_number('arab') }} as arab,
        {{ whole_number('other') }} as other,
        source_file,
        row_number
    from source
)

select * from renamed
