with source as (
    select * from {{ source('ons', 'age_2011') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ whole_number('residents') }} as residents,
        {{ whole_number('aged_0_to_4') }} as aged_0_to_4,
        {{ whole_number('aged_5_to_7') }} as aged_5_to_7,
        {{ whole_number('aged_8_to_9') }} as aged_8_to_9,
        {{ whole_number('aged_10_to_14') }} as aged_10_to_14,
        {{ whole_number('aged_15') }} as aged_15,
        {{ whole_number('aged_16_to_17') }} as aged_16_to_17,
        {{ whole_number('aged_18_to_19') }} as aged_18_to_19,
        {{ whole_number('aged_20_to_24') }} as aged_20_to_24,
        {{ whole_number('aged_25_to_29') }} as aged_25_to_29,
        {{ whole_number('aged_30_to_44') }} as aged_30_to_44,
        {{ whole_number('aged_45_to_59') }} as aged_45_to_59,
        {{ whole_number('aged_60_to_64') }} as aged_60_to_64,
        {{ whole_number('aged_65_to_74') }} as aged_65_to_74,
        {{ whole_number('aged_75_to_84') }} as aged_75_to_84,
        {{ whole_number('aged_85_to_89') }} as aged_85_to_89,
        {{ whole_number('aged_90_plus') }} as aged_90_plus,
        source_file,
        row_number
    from source
)

select * from renamed
