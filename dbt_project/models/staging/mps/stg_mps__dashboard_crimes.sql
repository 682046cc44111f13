with source as (
    select * from {{ source('mps', 'crime_dashboard') }}
),

renamed as (
    select
        {{ first_of_month('month') }} as month,
        {{ clean_text('area_type') }} as area_type,
        {{ clean_text('borough_or_team') }} as borough_or_team,
        {{ clean_text('area_name') }} as area_name,
        {{ clean_text('area_code') }} as area_code,
        {{ clean_text('crime_type') }} as crime_type,
        {{ clean_text('crime_subtype') }} as crime_subtype,
        {{ clean_text('measure') }} as measure,
        {{ whole_number('crimes') }} as crimes,
        source_file,
        row_number
    from source
)

select * from renamed
