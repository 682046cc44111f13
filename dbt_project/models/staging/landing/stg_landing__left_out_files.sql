with source as (
    select * from {{ source('landing', 'left_out_files') }}
),

renamed as (
    select
        publisher,
        thing,
        file,
        reason,
        detail
    from source
)

select * from renamed
