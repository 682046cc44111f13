with source as (
    select * from {{ source('ons', 'hours_worked') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ decimal_number('part_time_15_pct') }} as works_up_to_15_hours_pct,
        {{ decimal_number('part_time_30_pct') }} as works_16_to_30_hours_pct,
        {{ decimal_number('full_time_48_pct') }} as works_31_to_48_hours_pct,
        {{ decimal_number('full_time_49_plus_pct') }} as works_49_plus_hours_pct,
        source_file,
        row_number
    from source
)

select * from renamed
