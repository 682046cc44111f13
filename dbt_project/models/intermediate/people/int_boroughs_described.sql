-- Figures published for whole boroughs, and police officers per resident.
with boroughs as (
    select distinct borough_code
    from {{ ref('int_areas_chosen') }}
),

pay as (
    select
        borough_code,
        -- The newest year that is not suppressed.
        arg_max(weekly_pay_gbp, pay_year) as weekly_pay_gbp
    from {{ ref('stg_gla__earnings') }}
    where weekly_pay_gbp is not null
    group by borough_code
),

-- Teams and ranks of a month together; a month without the strength of one of them is not known. Sums of decimals are exact:
-- those of doubles differ in the last digit from build to build.
strengths as (
    select
        borough_code,
        month,
        case when count(*) = count(officers) then sum(officers::decimal(18, 6)) end as officers
    from {{ ref('stg_mps__officers') }}
    group by borough_code, month
),

-- The mean of the published months of the chosen year.
officers as (
    select
        strengths.borough_code,
        avg(strengths.officers) as officers
    from strengths
    inner join {{ ref('int_years_chosen') }} as years on strengths.month between years.first_month and years.year_ending
    group by strengths.borough_code
),

residents as (
    select
        areas.borough_code,
        sum(counted.residents) as residents
    from {{ ref('int_areas_chosen') }} as areas
    inner join {{ ref('int_residents_counted') }} as counted
        on areas.lsoa_code = counted.lsoa_code and counted.is_current
    group by areas.borough_code
)

select
    boroughs.borough_code,
    pay.weekly_pay_gbp as weekly_pay_gbp_borough,
    profiles.jobs_per_resident as jobs_per_resident_borough,
    profiles.workless_children_pct as workless_children_pct_borough,
    pubs.pubs::double as pubs_and_bars_borough,
    {{ rate('officers.officers', 'residents.residents', 1000) }} as officers_per_1000
from boroughs
left join pay on boroughs.borough_code = pay.borough_code
left join {{ ref('stg_gla__borough_profiles') }} as profiles on boroughs.borough_code = profiles.borough_code
left join {{ ref('stg_ons__borough_pubs') }} as pubs on boroughs.borough_code = pubs.borough_code
left join officers on boroughs.borough_code = officers.borough_code
left join residents on boroughs.borough_code = residents.borough_code
