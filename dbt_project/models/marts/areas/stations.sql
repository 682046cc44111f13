-- Stations in the areas of the data set, for who looks for a place by its station.
select
    name as station,
    lsoa_code
from {{ ref('int_points_located') }}
where point_type = 'station' and lsoa_code is not null
order by station, lsoa_code
