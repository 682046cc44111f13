-- Crimes per release, area (with any row) and month (with any crime), zeros included. A code or part of one outside the data
-- set keeps its own name as its place.
with cells as (
    select
        source_file,
        lsoa_code,
        month,
        sum(crimes) as crimes
    from {{ ref('int_release_cells_summed') }}
    group by source_file, lsoa_code, month
),

releases as (
    select
        source_file,
        month,
        min(month) over (partition by source_file) as first_month,
        max(month) over (partition by source_file) as last_month
    from cells
    group by source_file, month
),

-- Codes of all rows, including those without a crime.
listed as (
    select distinct
        source_file,
        lsoa_code
    from {{ ref('stg_mps__lsoa_crimes') }}
),

places as (
    select distinct
        listed.source_file,
        codes.lsoa_code,
        coalesce(codes.lsoa_code, listed.lsoa_code, 'no code') as place_code
    from listed
    left join {{ ref('int_codes_shared') }} as codes on listed.lsoa_code = codes.source_code
),

figures as (
    select
        cells.source_file,
        cells.month,
        coalesce(codes.lsoa_code, cells.lsoa_code, 'no code') as place_code,
        sum(cells.crimes * coalesce(codes.share_of_source, 1)) as crimes
    from cells
    left join {{ ref('int_codes_shared') }} as codes
        on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
    group by all
)

select
    releases.source_file,
    releases.month,
    releases.first_month,
    releases.last_month,
    places.place_code,
    places.lsoa_code,
    coalesce(figures.crimes, 0) as crimes
from releases
inner join places on releases.source_file = places.source_file
left join figures
    on
        releases.source_file = figures.source_file
        and releases.month = figures.month
        and places.place_code = figures.place_code
