with source as (
    select * from {{ source('nomis', 'borough_claimants') }}
),

-- Counts and shares are two tables of the file: each has its own row here.
renamed as (
    select
        {{ first_of_month('month') }} as month,
        {{ clean_text('borough_name') }} as borough_name,
        {{ whole_number('claimants') }} as claimants,
        {{ decimal_number('claimant_share') }} as claimant_share,
        source_file
    from source
)

select
    month,
    borough_name,
    max(claimants) as claimants,
    100 * max(claimant_share) as claimants_pct,
    source_file
from renamed
group by month, borough_name, source_file
