with source as (
    select * from {{ source('models', 'evaluation_effects') }}
),

renamed as (
    select
        crime_type,
        feature,
        x,
        effect,
        areas,
        period_end
    from source
)

select * from renamed
