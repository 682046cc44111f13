-- All figures published for LSOAs of 2011, by their own code: one row per code that leads to an area of the data set. (The
-- linter takes the names behind `exclude` for unqualified references.)
with rates as (
    select
        lsoa11_code,
        claimant_year,
        {{ percentage('claimants', 'people') }} as claimants_pct
    from {{ ref('stg_nomis__claimants') }}
),

-- The newest year, and the change since the first.
claimants as (
    select
        lsoa11_code,
        arg_max(claimants_pct, claimant_year) as claimants_pct,
        case
            when max(claimant_year) > min(claimant_year)
                then arg_max(claimants_pct, claimant_year) - arg_min(claimants_pct, claimant_year)
        end as claimants_change_pp
    from rates
    group by lsoa11_code
),

homes as (
    select
        lsoa11_code,
        {{ percentage('couples_with_children', 'households') }} as couples_with_children_pct,
        {{ percentage('lone_parents', 'households') }} as lone_parents_pct,
        {{ percentage('one_person_households', 'households') }} as one_person_households_pct,
        {{ percentage('empty_homes', 'homes') }} as empty_homes_pct,
        {{ percentage('detached_homes', 'homes') }} as detached_homes_pct,
        {{ percentage('flats', 'homes') }} as flats_pct,
        {{ rate('house_sales_2012 + house_sales_2013 + house_sales_2014', 'homes', 1000) }} / 3 as house_sales_per_1000
    from {{ ref('stg_gla__atlas_areas') }}
)

select
    -- One row per code that leads to an area: this model has all of them.
    census.*,
    incomes.household_income_gbp,
    prices.house_price_gbp,
    lands.residential_land_pct,
    levels.ptal_index,
    accessibility.good_pct as good_transport_pct,
    counters.noon_minutes as police_counter_minutes,
    claimants.* exclude (lsoa11_code), -- noqa: RF02
    homes.* exclude (lsoa11_code), -- noqa: RF02
    neighbourhoods.* exclude (lsoa11_code), -- noqa: RF02
    deprivations.* exclude (lsoa11_code, source_file, row_number), -- noqa: RF02
    unemployment.unemployment_pct
from {{ ref('int_census_2011_shared') }} as census
left join {{ ref('stg_gla__household_incomes') }} as incomes on census.lsoa11_code = incomes.lsoa11_code
left join {{ ref('stg_gla__house_prices') }} as prices on census.lsoa11_code = prices.lsoa11_code
left join {{ ref('stg_gla__residential_lands') }} as lands on census.lsoa11_code = lands.lsoa11_code
left join {{ ref('stg_tfl__accessibility_levels') }} as levels on census.lsoa11_code = levels.lsoa11_code
left join {{ ref('stg_tfl__accessibility_shares') }} as accessibility on census.lsoa11_code = accessibility.lsoa11_code
left join {{ ref('stg_mopac__police_counter_times') }} as counters on census.lsoa11_code = counters.lsoa11_code
left join claimants on census.lsoa11_code = claimants.lsoa11_code
left join homes on census.lsoa11_code = homes.lsoa11_code
left join {{ ref('int_msoa11_values_joined') }} as neighbourhoods on census.lsoa11_code = neighbourhoods.lsoa11_code
left join {{ ref('stg_mhclg__deprivations_2019') }} as deprivations on census.lsoa11_code = deprivations.lsoa11_code
left join {{ ref('stg_nomis__unemployment_rates') }} as unemployment on census.lsoa11_code = unemployment.lsoa_code
