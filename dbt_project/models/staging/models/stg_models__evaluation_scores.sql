with source as (
    select * from {{ source('models', 'evaluation_scores') }}
),

renamed as (
    select
        crime_type,
        model,
        split,
        metric,
        value,
        baseline,
        baseline_value
    from source
)

select * from renamed
