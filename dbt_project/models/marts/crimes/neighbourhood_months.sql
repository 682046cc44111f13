-- Neighbourhoods month by month; one is known only where all its areas are.
select
    lsoas.msoa_code,
    cells.crime_type,
    cells.month,
    case when count(cells.crimes) = count(*) then {{ sum_of_areas('cells.crimes', 'cells.lsoa_code') }} end as crimes,
    {{ month_flags('cells') }}
from {{ ref('lsoa_crimes') }} as cells
inner join {{ ref('lsoas') }} as lsoas on cells.lsoa_code = lsoas.lsoa_code
group by lsoas.msoa_code, cells.crime_type, cells.month
