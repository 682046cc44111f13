-- Figures published per MSOA of 2011, assigned to its LSOAs of 2011: workplaces of the newest year, total and night-time
-- economy. The lookup gives the MSOA of an area, else the boundaries.
with links as (
    select
        lsoa11_code,
        msoa11_code,
        1 as preference
    from {{ ref('stg_ons__msoa_links_2011') }}
    union all
    select
        lsoa_code as lsoa11_code,
        msoa_code as msoa11_code,
        2 as preference
    from {{ ref('stg_ons__lsoa_boundaries_2011') }}
    where msoa_code is not null
),

chosen as (
    select
        lsoa11_code,
        msoa11_code
    from links
    qualify row_number() over (partition by lsoa11_code order by preference) = 1
),

published as (
    select
        msoa11_code,
        kind,
        workplaces,
        workplace_year = max(workplace_year) over () as is_newest
    from {{ ref('stg_gla__night_workplaces') }}
),

counted as (
    select
        msoa11_code,
        any_value(workplaces) filter (where kind = 'night_all') as night_workplaces,
        any_value(workplaces) filter (where kind = 'all') as workplaces
    from published
    where is_newest
    group by msoa11_code
)

select
    chosen.lsoa11_code,
    counted.workplaces::double as workplaces_msoa,
    counted.night_workplaces::double as night_workplaces_msoa,
    {{ percentage('counted.night_workplaces', 'counted.workplaces') }} as night_workplaces_pct_msoa
from chosen
inner join counted on chosen.msoa11_code = counted.msoa11_code
