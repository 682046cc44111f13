with source as (
    select * from {{ source('landing', 'data_sets') }}
),

renamed as (
    select
        place,
        is_synthetic,
        force
    from source
)

select * from renamed
