with source as (
    select * from {{ source('landing', 'file_doubts') }}
),

renamed as (
    select
        publisher,
        thing,
        doubt
    from source
)

select * from renamed
