-- Crimes of releases in areas without a boundary: a few are a publisher's error, many are areas of another place. dbt compares
-- the per cent, rounded up, as it takes whole numbers only.
{{ config(fail_calc='coalesce(max(elsewhere_pct), 0)', warn_if='>0', error_if='>5') }}
select
    ceil({{ percentage('sum(crimes) filter (where lsoa_code is null)', 'sum(crimes)') }})::integer as elsewhere_pct,
    string_agg(distinct place_code, ', ') filter (where lsoa_code is null) as unknown_codes
from {{ ref('int_release_areas_counted') }}
having sum(crimes) filter (where lsoa_code is null) > 0
