-- Figures per year, if there are no others: per area of the data set, year and crime type. An area in the files has 0 where a
-- category has no row; one in a borough that they lack is not in them and has none.
with cells as (
    select
        figures.lsoa_code as source_code,
        figures.crime_year,
        figures.major_category as category,
        sum(figures.crimes)::double as crimes
    from {{ ref('stg_mps__lsoa_crime_years') }} as figures
    inner join {{ ref('int_crime_sources_chosen') }} as chosen on chosen.source_key = 'mps/lsoa_crime_years'
    group by all
),

categories as (
    select
        category,
        crime_type
    from {{ ref('crime_type_categories') }}
    where publisher = 'mps'
),

placed as (
    select
        codes.lsoa_code,
        cells.crime_year,
        categories.crime_type,
        sum(cells.crimes * codes.share_of_source) as crimes
    from cells
    inner join {{ ref('int_codes_shared') }} as codes
        on cells.source_code = codes.source_code and cells.crime_year between codes.valid_from and codes.valid_to
    inner join categories on cells.category = categories.category
    group by all
),

borough_years as (
    select distinct
        areas.borough_code,
        placed.crime_year
    from placed
    inner join {{ ref('int_areas_chosen') }} as areas on placed.lsoa_code = areas.lsoa_code
),

reported as (
    select
        areas.lsoa_code,
        borough_years.crime_year
    from {{ ref('int_areas_chosen') }} as areas
    inner join borough_years on areas.borough_code = borough_years.borough_code
),

crime_types as (
    select distinct crime_type from categories
)

select
    reported.lsoa_code,
    make_date(reported.crime_year, 12, 1) as year_ending,
    crime_types.crime_type,
    coalesce(placed.crimes, 0) as crimes
from reported
cross join crime_types
left join placed
    on
        reported.lsoa_code = placed.lsoa_code
        and reported.crime_year = placed.crime_year
        and crime_types.crime_type = placed.crime_type
