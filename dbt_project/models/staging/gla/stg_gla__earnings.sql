with source as (
    select * from {{ source('gla', 'earnings') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ whole_number('year') }} as pay_year,
        {{ decimal_number('weekly_pay_gbp') }} as weekly_pay_gbp,
        {{ decimal_number('weekly_pay_error_pct') }} as weekly_pay_error_pct,
        source_file,
        row_number
    from source
)

select * from renamed
