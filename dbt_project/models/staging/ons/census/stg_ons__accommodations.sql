select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    {{ whole_number('households') }} as households,
    {{ whole_number('detached') }} as detached,
    {{ whole_number('purpose_built_flats') }} as purpose_built_flats,
    {{ whole_number('flats_in_houses') }} as flats_in_houses,
    {{ whole_number('flats_in_conversions') }} as flats_in_conversions,
    {{ whole_number('flats_in_commercial_buildings') }} as flats_in_commercial_buildings,
    source_file,
    row_number
from {{ source('ons', 'accommodation') }}
