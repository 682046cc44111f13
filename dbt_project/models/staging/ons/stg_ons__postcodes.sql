-- One row per postcode, from the newest edition that has it: postcodes are never taken out, only marked as no longer in use.
with spelt as (
    select
        regexp_replace(postcode, ' *(...)$', ' \1') as postcode,
        {{ clean_text('lsoa_code') }} as lsoa_code,
        strptime(nullif(left(terminated, 6), ''), '%Y%m')::date as terminated_month,
        -- A name without an edition is that of the service, which has the newest.
        coalesce(
            try_strptime(left(edition, 3) || right(edition, 4), '%b%Y')::date, date '9999-01-01'
        ) as edition_month,
        source_file,
        row_number
    from {{ source('ons', 'postcodes') }}
)

select * from spelt
qualify row_number() over (partition by postcode order by edition_month desc, source_file asc, row_number asc) = 1
