-- Postcodes of the areas of the data set.
select
    postcodes.postcode,
    split_part(postcodes.postcode, ' ', 1) as outward_code,
    postcodes.lsoa_code,
    postcodes.terminated_month is null as is_live,
    postcodes.terminated_month
from {{ ref('stg_ons__postcodes') }} as postcodes
inner join {{ ref('lsoas') }} as lsoas on postcodes.lsoa_code = lsoas.lsoa_code
order by postcodes.postcode
