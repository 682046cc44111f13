with source as (
    select * from {{ source('ons', 'local_authority_codes') }}
),

renamed as (
    select
        {{ clean_text('authority_code') }} as authority_code,
        {{ clean_text('authority_name') }} as authority_name,
        {{ clean_text('active_code') }} as active_code,
        {{ clean_text('active_name') }} as active_name,
        {{ clean_text('upper_tier_code') }} as upper_tier_code,
        {{ clean_text('upper_tier_name') }} as upper_tier_name,
        {{ clean_text('region_code') }} as region_code,
        {{ clean_text('region_name') }} as region_name,
        {{ clean_text('country_code') }} as country_code,
        {{ clean_text('country_name') }} as country_name,
        {{ truth_value('is_current') }} as is_current,
        source_file,
        row_number
    from source
)

select * from renamed
