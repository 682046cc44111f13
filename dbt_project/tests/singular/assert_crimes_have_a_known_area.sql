-- Crimes whose area code no boundary has: a few are the publisher's oddity, many are the wrong vintage of codes.
-- What dbt compares is the per cent, rounded up: it takes whole numbers only.
{{ config(fail_calc='coalesce(max(elsewhere_pct), 0)', warn_if='>0', error_if='>5') }}
with areas as (
    select lsoa_code from {{ ref('int_areas_chosen') }}
)

select
    ceil(
        {{ percentage('sum(counted.crimes) filter (where areas.lsoa_code is null)', 'sum(counted.crimes)') }}
    )::integer as elsewhere_pct,
    string_agg(distinct counted.lsoa_code, ', ') filter (where areas.lsoa_code is null) as unknown_codes
from {{ ref('int_crimes_counted') }} as counted
left join areas on counted.lsoa_code = areas.lsoa_code
where counted.crime_type = 'total'
having count(*) filter (where areas.lsoa_code is null) > 0
