-- Crimes of releases whose area no boundary has: a few are the publisher's oddity, many are areas of another place.
-- What dbt compares is the per cent, rounded up: it takes whole numbers only.
{{ config(fail_calc='coalesce(max(elsewhere_pct), 0)', warn_if='>0', error_if='>5') }}
select
    ceil({{ percentage('sum(crimes) filter (where lsoa_code is null)', 'sum(crimes)') }})::integer as elsewhere_pct,
    string_agg(distinct place_code, ', ') filter (where lsoa_code is null) as unknown_codes
from {{ ref('int_release_areas_counted') }}
having sum(crimes) filter (where lsoa_code is null) > 0
