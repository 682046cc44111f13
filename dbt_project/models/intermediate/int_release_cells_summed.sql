-- Releases of the files of small areas, if these count: crimes per file, area code, month and category, without zeros. The one
-- pass over the largest source.
with chosen as (
    select source_key from {{ ref('int_crime_sources_chosen') }}
),

cells as (
    select
        'mps/lsoa_crime' as source_key,
        source_file,
        lsoa_code,
        month,
        major_category as category,
        crimes
    from {{ ref('stg_mps__lsoa_crimes') }}
    union all
    select
        'mps/lsoa_crime_months' as source_key,
        source_file,
        lsoa_code,
        month,
        'ALL OFFENCES' as category,
        crimes
    from {{ ref('stg_mps__lsoa_crime_months') }}
)

select
    source_file,
    lsoa_code,
    month,
    category,
    sum(crimes::double) as crimes
from cells
where crimes > 0 and source_key = (select chosen.source_key from chosen)
group by source_file, lsoa_code, month, category
