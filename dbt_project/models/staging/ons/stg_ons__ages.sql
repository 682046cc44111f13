with source as (
    select * from {{ source('ons', 'age') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('residents') }} as residents,
        {{ whole_number('aged_0_to_4') }} as aged_0_to_4,
        {{ whole_number('aged_5_to_9') }} as aged_5_to_9,
        {{ whole_number('aged_10_to_14') }} as aged_10_to_14,
        {{ whole_number('aged_15_to_19') }} as aged_15_to_19,
        {{ whole_number('aged_20_to_24') }} as aged_20_to_24,
        {{ whole_number('aged_25_to_29') }} as aged_25_to_29,
        {{ whole_number('aged_30_to_34') }} as aged_30_to_34,
        {{ whole_number('aged_35_to_39') }} as aged_35_to_39,
        {{ whole_number('aged_40_to_44') }} as aged_40_to_44,
        {{ whole_number('aged_45_to_49') }} as aged_45_to_49,
        {{ whole_number('aged_50_to_54') }} as aged_50_to_54,
        {{ whole_number('aged_55_to_59') }} as aged_55_to_59,
        {{ whole_number('aged_60_to_64') }} as aged_60_to_64,
        {{ whole_number('aged_65_to_69') }} as aged_65_to_69,
        {{ whole_number('aged_70_to_74') }} as aged_70_to_74,
        {{ whole_number('aged_75_to_79') }} as aged_75_to_79,
        {{ whole_number('aged_80_to_84') }} as aged_80_to_84,
        {{ whole_number('aged_85_plus') }} as aged_85_plus,
        source_file,
        row_number
    from source
)

select * from renamed
