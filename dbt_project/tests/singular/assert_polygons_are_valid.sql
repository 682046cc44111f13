-- A self-intersecting polygon may lose points that are in it.
{{ config(severity='warn') }}
select lsoa_code
from {{ ref('int_areas_measured') }}
where not st_isvalid(geometry) or area_km2 <= 0
