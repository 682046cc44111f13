-- By month, crimes that count + crimes excluded = crimes landed, for every source that counts by month; and lsoa_crimes has
-- what was counted, for the reported crime types.
with landed as (
    select
        month,
        crimes
    from {{ ref('int_release_cells_summed') }}
    union all
    select
        month,
        1 as crimes
    from {{ ref('stg_police_uk__street_crimes') }}
),

counted as (
    select
        month,
        crimes
    from {{ ref('int_crimes_counted') }}
    where crime_type in ('total', 'antisocial')
),

-- Replaced by another release, or in no area of the data set.
releases_aside as (
    select
        held.month,
        held.crimes
    from {{ ref('int_release_areas_summed') }} as held
    left join {{ ref('int_release_areas_counted') }} as counting
        on
            held.month = counting.month
            and held.place_code = counting.place_code
            and held.source_file = counting.source_file
    where counting.source_file is null or held.lsoa_code is null
),

-- Without an area, outside, superseded; or of the force whose files by small area count, or in an area where these do.
records_aside as (
    select
        cells.month,
        cells.crimes
    from {{ ref('int_street_cells_placed') }} as cells
    left join {{ ref('int_crime_sources_chosen') }} as chosen
        on chosen.source_key = 'mps/lsoa_crime' and cells.force = chosen.force
    left join {{ ref('int_areas_reported') }} as areas on cells.lsoa_code = areas.lsoa_code and cells.month = areas.month
    where
        cells.fate != 'located'
        or chosen.force is not null
        or areas.counted_from is distinct from 'street files'
),

accounts as (
    select
        month,
        crimes as landed,
        0 as counted,
        0 as set_aside
    from landed
    union all
    select
        month,
        0 as landed,
        crimes as counted,
        0 as set_aside
    from counted
    union all
    select
        month,
        0 as landed,
        0 as counted,
        crimes as set_aside
    from releases_aside
    union all
    select
        month,
        0 as landed,
        0 as counted,
        crimes as set_aside
    from records_aside
),

lost as (
    select
        month,
        null as crime_type,
        sum(landed) as landed,
        sum(counted) as counted,
        sum(set_aside) as set_aside
    from accounts
    group by month
    having abs(sum(landed) - sum(counted) - sum(set_aside)) > 1e-6
),

shown as (
    select
        crime_type,
        sum(crimes) as crimes
    from {{ ref('lsoa_crimes') }}
    group by crime_type
),

reported as (
    select
        crimes.crime_type,
        sum(crimes.crimes) as crimes
    from {{ ref('int_crimes_counted') }} as crimes
    inner join {{ ref('int_areas_reported') }} as areas on crimes.lsoa_code = areas.lsoa_code and crimes.month = areas.month
    inner join {{ ref('int_types_reported') }} as reporting
        on
            areas.force = reporting.force
            and crimes.month = reporting.month
            and crimes.crime_type = reporting.crime_type
    group by crimes.crime_type
)

select * from lost
union all
select
    null as month,
    shown.crime_type,
    coalesce(reported.crimes, 0) as landed,
    coalesce(shown.crimes, 0) as counted,
    0 as set_aside
from shown
left join reported on shown.crime_type = reported.crime_type
where abs(coalesce(shown.crimes, 0) - coalesce(reported.crimes, 0)) > 1e-6
