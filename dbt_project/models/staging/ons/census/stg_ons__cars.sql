with source as (
    select * from {{ source('ons', 'cars') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('households') }} as households,
        {{ whole_number('without_car') }} as without_car,
        {{ whole_number('one_car') }} as one_car,
        {{ whole_number('two_cars') }} as two_cars,
        {{ whole_number('three_cars_or_more') }} as three_cars_or_more,
        source_file,
        row_number
    from source
)

select * from renamed
