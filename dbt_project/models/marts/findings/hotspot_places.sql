-- Number of hot spots by class, in each borough and in each of its neighbourhoods.
with named as (
    select
        findings.crime_type,
        findings.hotspot_class,
        findings.borough_code,
        findings.borough_name,
        lsoas.neighbourhood
    from {{ ref('area_findings') }} as findings
    inner join {{ ref('lsoas') }} as lsoas on findings.lsoa_code = lsoas.lsoa_code
    where findings.hotspot_class != 'none'
)

select
    crime_type,
    hotspot_class,
    borough_code,
    borough_name,
    neighbourhood,
    count(*) as areas
from named
group by grouping sets (
    (crime_type, hotspot_class, borough_code, borough_name),
    (crime_type, hotspot_class, borough_code, borough_name, neighbourhood)
)
