with source as (
    select * from {{ source('models', 'hotspots') }}
),

renamed as (
    select
        lsoa_code,
        crime_type,
        period_start,
        period_end,
        gi_star,
        p_value,
        is_hot,
        hotspot_class,
        crimes,
        crimes_before,
        change_pct,
        change_p_value,
        is_clear_change,
        change_direction,
        rank,
        rank_lower_90,
        rank_upper_90
    from source
)

select * from renamed
