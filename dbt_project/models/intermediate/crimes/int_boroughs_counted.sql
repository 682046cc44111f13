-- Borough x crime type in the chosen year: the force of the figures, the number of reported months, and whether any area has a
-- figure for the year.
with data_sets as (
    select coalesce(max(force), '{{ var("force") }}') as force
    from {{ ref('stg_landing__data_sets') }}
),

reported as (
    select
        borough_code,
        month,
        force,
        bool_or(is_reported) as is_reported
    from {{ ref('int_areas_reported') }}
    group by borough_code, month, force
),

homes as (
    select
        borough_code,
        min(force) as force
    from reported
    group by borough_code
),

boroughs as (
    select
        areas.borough_code,
        min(areas.borough_name) as borough_name,
        count(*) as areas,
        coalesce(any_value(homes.force), any_value(forces.force), any_value(data_sets.force)) as force
    from {{ ref('int_areas_chosen') }} as areas
    cross join data_sets
    left join homes on areas.borough_code = homes.borough_code
    left join {{ ref('borough_forces') }} as forces on areas.borough_code = forces.borough_code
    group by areas.borough_code
),

months as (
    select
        reported.borough_code,
        reporting.crime_type,
        count(*) as months_reported
    from reported
    inner join {{ ref('int_years_chosen') }} as chosen on reported.month between chosen.first_month and chosen.year_ending
    inner join {{ ref('int_types_reported') }} as reporting
        on reported.force = reporting.force and reported.month = reporting.month
    where reported.is_reported
    group by reported.borough_code, reporting.crime_type
),

years as (
    select
        areas.borough_code,
        counted.crime_type,
        bool_or(counted.crimes is not null) as has_year
    from {{ ref('int_area_years_counted') }} as counted
    inner join {{ ref('int_years_chosen') }} as chosen on counted.year_ending = chosen.year_ending
    inner join {{ ref('int_areas_chosen') }} as areas on counted.lsoa_code = areas.lsoa_code
    group by areas.borough_code, counted.crime_type
)

select
    boroughs.*,
    crime_types.crime_type,
    coalesce(months.months_reported, 0) as months_reported,
    coalesce(years.has_year, false) as has_year
from boroughs
cross join {{ ref('crime_types') }} as crime_types
left join months on boroughs.borough_code = months.borough_code and crime_types.crime_type = months.crime_type
left join years on boroughs.borough_code = years.borough_code and crime_types.crime_type = years.crime_type
