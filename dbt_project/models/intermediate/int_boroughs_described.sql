-- What is published for whole boroughs.
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
)

select
    boroughs.borough_code,
    pay.weekly_pay_gbp as weekly_pay_gbp_borough,
    profiles.jobs_per_resident as jobs_per_resident_borough,
    profiles.workless_children_pct as workless_children_pct_borough,
    pubs.pubs::double as pubs_and_bars_borough
from boroughs
left join pay on boroughs.borough_code = pay.borough_code
left join {{ ref('stg_gla__borough_profiles') }} as profiles on boroughs.borough_code = profiles.borough_code
left join {{ ref('stg_ons__borough_pubs') }} as pubs on boroughs.borough_code = pubs.borough_code
