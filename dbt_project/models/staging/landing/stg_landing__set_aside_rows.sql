with source as (
    select * from {{ source('landing', 'set_aside_rows') }}
),

renamed as (
    select
        publisher,
        thing,
        file,
        row_number,
        reason,
        content
    from source
)

select * from renamed
