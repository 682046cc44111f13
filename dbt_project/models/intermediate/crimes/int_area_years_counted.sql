-- Crimes per area and crime type in the chosen year and the one before it, from months or from figures per year. NULL where a
-- month, or the crime type, was not reported.
with years as (
    select year_ending from {{ ref('int_years_chosen') }}
    union all
    select cast(year_ending - interval 1 year as date) as year_ending from {{ ref('int_years_chosen') }}
),

areas as (
    select
        reported.lsoa_code,
        reported.month,
        reported.force,
        reported.is_reported,
        years.year_ending
    from {{ ref('int_areas_reported') }} as reported
    inner join years
        on reported.month <= years.year_ending and reported.month > years.year_ending - interval 1 year
),

months as (
    select
        areas.lsoa_code,
        areas.year_ending,
        reported.crime_type,
        count(*) as months_reported
    from areas
    inner join {{ ref('int_types_reported') }} as reported on areas.force = reported.force and areas.month = reported.month
    where areas.is_reported
    group by all
),

described as (
    select distinct
        lsoa_code,
        year_ending
    from areas
),

sums as (
    select
        crimes.lsoa_code,
        crimes.crime_type,
        years.year_ending,
        sum(crimes.crimes) as crimes
    from {{ ref('int_crimes_counted') }} as crimes
    inner join years
        on crimes.month <= years.year_ending and crimes.month > years.year_ending - interval 1 year
    group by all
)

select
    described.lsoa_code,
    crime_types.crime_type,
    described.year_ending,
    case when months.months_reported = 12 then coalesce(sums.crimes, 0) end as crimes
from described
cross join {{ ref('crime_types') }} as crime_types
left join months
    on
        described.lsoa_code = months.lsoa_code
        and described.year_ending = months.year_ending
        and crime_types.crime_type = months.crime_type
left join sums
    on
        described.lsoa_code = sums.lsoa_code
        and described.year_ending = sums.year_ending
        and crime_types.crime_type = sums.crime_type
union all
select
    areas.lsoa_code,
    crime_types.crime_type,
    years.year_ending,
    figures.crimes
from {{ ref('int_areas_chosen') }} as areas
cross join {{ ref('crime_types') }} as crime_types
inner join years on years.year_ending in (select year_ending from {{ ref('int_year_figures_placed') }})
left join {{ ref('int_year_figures_placed') }} as figures
    on
        areas.lsoa_code = figures.lsoa_code
        and crime_types.crime_type = figures.crime_type
        and years.year_ending = figures.year_ending
