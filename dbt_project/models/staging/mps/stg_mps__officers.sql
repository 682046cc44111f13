with source as (
    select * from {{ source('mps', 'officers') }}
),

renamed as (
    select
        coalesce({{ clean_text('borough_code') }}, {{ clean_text('department') }}) as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ clean_text('team') }} as team,
        {{ clean_text('rank') }} as rank,
        {{ first_of_month('month') }} as month,
        {{ decimal_number('officers') }} as officers,
        source_file,
        row_number
    from source
)

select * from renamed
