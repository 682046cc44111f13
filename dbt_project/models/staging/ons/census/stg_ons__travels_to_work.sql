with source as (
    select * from {{ source('ons', 'travel_to_work') }}
),

renamed as (
    select
        {{ clean_text('lsoa_code') }} as lsoa_code,
        {{ whole_number('workers') }} as workers,
        {{ whole_number('home') }} as home,
        {{ whole_number('underground') }} as underground,
        {{ whole_number('train') }} as train,
        {{ whole_number('bus') }} as bus,
        {{ whole_number('taxi') }} as taxi,
        {{ whole_number('motorcycle') }} as motorcycle,
        {{ whole_number('car_driver') }} as car_driver,
        {{ whole_number('car_passenger') }} as car_passenger,
        {{ whole_number('bicycle') }} as bicycle,
        {{ whole_number('foot') }} as foot,
        {{ whole_number('other_travel') }} as other_travel,
        source_file,
        row_number
    from source
)

select * from renamed
