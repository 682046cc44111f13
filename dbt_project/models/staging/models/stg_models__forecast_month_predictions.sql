with source as (
    select * from {{ source('models', 'forecast_month_predictions') }}
),

renamed as (
    select
        lsoa_code,
        crime_type,
        model,
        published_as,
        period_start,
        period_end,
        actual,
        predicted,
        lower_80,
        upper_80,
        lower_90,
        upper_90
    from source
)

select * from renamed
