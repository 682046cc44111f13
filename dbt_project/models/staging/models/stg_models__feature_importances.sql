with source as (
    select * from {{ source('models', 'evaluation_importances') }}
),

renamed as (
    select
        crime_type,
        feature,
        importance,
        lowest_fold,
        highest_fold,
        period_end
    from source
)

select * from renamed
