with source as (
    select * from {{ source('models', 'impact_areas') }}
),

renamed as (
    select
        scenario,
        crime_type,
        lsoa_code,
        rank,
        predicted,
        predicted_changed,
        change_pct
    from source
)

select * from renamed
