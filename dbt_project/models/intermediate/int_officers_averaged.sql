-- Officers per 1,000 residents of a borough, mean of the months of the chosen year that are published.
with years as (
    select
        first_month,
        year_ending
    from {{ ref('int_years_chosen') }}
),

-- Teams and ranks of a month together; a month that lacks the strength of one of them is not known. Sums of decimals are exact:
-- those of doubles differ in their last digit from one build to the next.
strengths as (
    select
        borough_code,
        month,
        case when count(*) = count(officers) then sum(officers::decimal(18, 6)) end as officers
    from {{ ref('stg_mps__officers') }}
    group by borough_code, month
),

officers as (
    select
        strengths.borough_code,
        avg(strengths.officers) as officers
    from strengths
    inner join years on strengths.month between years.first_month and years.year_ending
    group by strengths.borough_code
),

residents as (
    select
        areas.borough_code,
        sum(counted.residents) as residents
    from {{ ref('int_areas_chosen') }} as areas
    inner join {{ ref('int_residents_counted') }} as counted on areas.lsoa_code = counted.lsoa_code
    group by areas.borough_code
)

select
    officers.borough_code,
    officers.officers,
    {{ rate('officers.officers', 'residents.residents', 1000) }} as officers_per_1000
from officers
inner join residents on officers.borough_code = residents.borough_code
