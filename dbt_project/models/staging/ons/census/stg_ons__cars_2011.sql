with source as (
    select * from {{ source('ons', 'cars_2011') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ whole_number('households') }} as households,
        {{ whole_number('without_car') }} as without_car,
        {{ whole_number('one_car') }} as one_car,
        {{ whole_number('two_cars') }} as two_cars,
        {{ whole_number('three_cars') }} as three_cars,
        {{ whole_number('four_cars_or_more') }} as four_cars_or_more,
        {{ whole_number('cars') }} as cars,
        source_file,
        row_number
    from source
)

select * from renamed
