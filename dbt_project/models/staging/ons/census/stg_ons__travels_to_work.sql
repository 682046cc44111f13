select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('workers') }} as workers,
    {{ whole_number('home') }} as home,
    {{ whole_number('underground') }} as underground,
    {{ whole_number('train') }} as train,
    {{ whole_number('bus') }} as bus,
    {{ whole_number('car_driver') }} as car_driver,
    {{ whole_number('bicycle') }} as bicycle,
    {{ whole_number('foot') }} as foot,
    source_file,
    row_number
from {{ source('ons', 'travel_to_work') }}
