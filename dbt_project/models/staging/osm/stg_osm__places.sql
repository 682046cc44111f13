with source as (
    select * from {{ source('osm', 'places') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('education_places') }} as education_places,
        {{ whole_number('emergency_places') }} as emergency_places,
        {{ whole_number('entertainment_places') }} as entertainment_places,
        {{ whole_number('food_places') }} as food_places,
        {{ whole_number('leisure_places') }} as leisure_places,
        {{ whole_number('parking_places') }} as parking_places,
        {{ whole_number('shopping_places') }} as shopping_places,
        {{ whole_number('public_transport_places') }} as public_transport_places,
        source_file,
        row_number
    from source
)

select * from renamed
