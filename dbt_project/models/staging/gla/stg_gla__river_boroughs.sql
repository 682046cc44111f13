with source as (
    select * from {{ source('gla', 'borough_boundaries') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ decimal_number('area_hectares') }} as area_hectares,
        geometry_wkb,
        source_file,
        row_number
    from source
)

select * from renamed
