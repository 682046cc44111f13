with source as (
    select * from {{ source('landing', 'data_sets') }}
),

renamed as (
    select
        place,
        is_synthetic,
        force,
        is_partial,
        recording_breaks
    from source
)

select * from renamed
