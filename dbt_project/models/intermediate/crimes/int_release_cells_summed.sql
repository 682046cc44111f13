-- Releases of the files of small areas, if these count: crimes per file, area code, month, major and minor category, without
-- zeros. The only pass over the largest source.
select
    source_file,
    lsoa_code,
    month,
    major_category as category,
    minor_category,
    sum(crimes::double) as crimes
from {{ ref('stg_mps__lsoa_crimes') }}
where crimes > 0 and (select chosen.source_key from {{ ref('int_crime_sources_chosen') }} as chosen) = 'mps/lsoa_crime'
group by source_file, lsoa_code, month, category, minor_category
