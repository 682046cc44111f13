with source as (
    select * from {{ source('os', 'greenspace') }}
),

renamed as (
    select
        {{ clean_text('site_id') }} as site_id,
        {{ clean_text('site_function') }} as site_function,
        {{ clean_text('name') }} as name,
        geometry_wkb,
        source_file,
        row_number
    from source
)

select * from renamed
