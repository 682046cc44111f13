-- Which source counts per area and month of the span. A release that has the area, or its borough but no row for the area (0);
-- else the street-level files of the borough's own force in the months it has delivered. That force is in the seed; elsewhere
-- it is the one with most records in the borough, if they are in half of its areas: a neighbour's few records do not make a
-- borough reported. Without any of these the area is not reported, which is not the same as no crime.
with months as (
    select cast(unnest(generate_series(min(month), max(month), interval 1 month)) as date) as month
    from {{ ref('int_months_covered') }}
),

released as (
    select
        lsoa_code,
        month,
        source_file
    from {{ ref('int_release_areas_counted') }}
    where lsoa_code is not null
),

held as (
    select distinct lsoa_code from released
),

boroughs_released as (
    select distinct
        areas.borough_code,
        released.month
    from released
    inner join {{ ref('int_areas_chosen') }} as areas on released.lsoa_code = areas.lsoa_code
),

-- Forces whose street-level files may count: all if there is no other source, else only other forces.
street_cells as (
    select
        cells.force,
        cells.month,
        areas.borough_code,
        areas.lsoa_code,
        cells.crimes
    from {{ ref('int_street_cells_placed') }} as cells
    inner join {{ ref('int_areas_chosen') }} as areas on cells.lsoa_code = areas.lsoa_code
    inner join {{ ref('int_crime_sources_chosen') }} as chosen
        on
            chosen.source_key = 'police_uk/street_crime'
            or (chosen.source_key = 'mps/lsoa_crime' and cells.force != chosen.force)
    where cells.fate = 'located'
),

boroughs as (
    select
        areas.borough_code,
        count(*) as areas,
        any_value(forces.force) as force,
        areas.borough_code in (select boroughs_released.borough_code from boroughs_released) as is_released
    from {{ ref('int_areas_chosen') }} as areas
    left join {{ ref('borough_forces') }} as forces on areas.borough_code = forces.borough_code
    group by areas.borough_code
),

homes as (
    select
        street_cells.borough_code,
        street_cells.force
    from street_cells
    inner join boroughs on street_cells.borough_code = boroughs.borough_code
    where not boroughs.is_released and coalesce(boroughs.force = street_cells.force, true)
    group by street_cells.borough_code, street_cells.force, boroughs.force, boroughs.areas
    having boroughs.force is not null or count(distinct street_cells.lsoa_code) >= boroughs.areas / 2
    qualify
        row_number() over (
            partition by street_cells.borough_code
            order by sum(street_cells.crimes) desc, street_cells.force asc
        ) = 1
)

select
    areas.lsoa_code,
    areas.borough_code,
    months.month,
    released.source_file,
    case
        when released.source_file is not null then 'lsoa files'
        when held.lsoa_code is null and boroughs_released.month is not null then 'lsoa files'
        when delivered.month is not null then 'street files'
    end as counted_from,
    coalesce(homes.force, case when not boroughs.is_released then boroughs.force end, chosen.force) as force,
    counted_from is not null as is_reported
from {{ ref('int_areas_chosen') }} as areas
cross join months
cross join {{ ref('int_crime_sources_chosen') }} as chosen
left join released on areas.lsoa_code = released.lsoa_code and months.month = released.month
left join held on areas.lsoa_code = held.lsoa_code
left join boroughs_released
    on areas.borough_code = boroughs_released.borough_code and months.month = boroughs_released.month
left join boroughs on areas.borough_code = boroughs.borough_code
left join homes on areas.borough_code = homes.borough_code
left join {{ ref('int_street_months_counted') }} as delivered on homes.force = delivered.force and months.month = delivered.month
