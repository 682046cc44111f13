-- What is published for LSOAs of 2011, on the areas of 2021 through the exact-fit lookup: unchanged areas keep their value,
-- the parts of a split one each take the parent's, a merged one takes the plain mean of its parts (populations of 2011 areas
-- are not at hand to weight it).
with links as (
    select
        lsoa11_code,
        lsoa_code
    from {{ ref('stg_ons__lsoa_links') }}
),

joined as (
    select
        links.lsoa_code,
        incomes.household_income_gbp,
        prices.house_price_gbp,
        lands.residential_land_pct,
        levels.ptal_index
    from links
    left join {{ ref('stg_gla__household_incomes') }} as incomes on links.lsoa11_code = incomes.lsoa11_code
    left join {{ ref('stg_gla__house_prices') }} as prices on links.lsoa11_code = prices.lsoa11_code
    left join {{ ref('stg_gla__residential_lands') }} as lands on links.lsoa11_code = lands.lsoa11_code
    left join {{ ref('stg_tfl__accessibility_levels') }} as levels on links.lsoa11_code = levels.lsoa11_code
)

select
    lsoa_code,
    avg(household_income_gbp) as household_income_gbp,
    avg(house_price_gbp) as house_price_gbp,
    avg(residential_land_pct) as residential_land_pct,
    avg(ptal_index) as ptal_index
from joined
group by lsoa_code
