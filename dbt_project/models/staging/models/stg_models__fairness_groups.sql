with source as (
    select * from {{ source('models', 'evaluation_fairness') }}
),

renamed as (
    select
        crime_type,
        model,
        grouping,
        group_name,
        areas,
        mean_actual,
        mean_residual,
        lower_90,
        upper_90,
        period_end
    from source
)

select * from renamed
