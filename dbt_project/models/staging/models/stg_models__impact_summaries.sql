with source as (
    select * from {{ source('models', 'impact_summary') }}
),

renamed as (
    select
        scenario,
        crime_type,
        sort_order,
        feature,
        kind,
        change,
        percentile,
        areas,
        predicted,
        predicted_changed,
        change_crimes,
        sum_change_pct,
        mean_change_pct,
        max_abs_change_pct,
        max_change_pct,
        max_change_lsoa_code,
        area_change_10_pct,
        area_change_50_pct,
        area_change_90_pct,
        lower_90,
        upper_90,
        mean_lower_90,
        mean_upper_90,
        bootstraps,
        outside_support_pct
    from source
)

select * from renamed
