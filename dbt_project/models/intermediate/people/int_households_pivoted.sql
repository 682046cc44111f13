-- Households by tenure and by dimensions of deprivation, as per cent of the households of each table.
{% set tenures = {
    'owned_outright_pct': ['Owned: Owns outright'],
    'mortgaged_pct': ['Owned: Owns with a mortgage or loan'],
    'owned_pct': ['Owned: Owns outright', 'Owned: Owns with a mortgage or loan'],
    'shared_ownership_pct': ['Shared ownership: Shared ownership'],
    'council_rented_pct': ['Social rented: Rents from council or Local Authority'],
    'other_social_rented_pct': ['Social rented: Other social rented'],
    'social_rented_pct': ['Social rented: Rents from council or Local Authority', 'Social rented: Other social rented'],
    'private_rented_pct': ['Private rented: Private landlord or letting agency', 'Private rented: Other private rented'],
    'rent_free_pct': ['Lives rent free']
} %}
{% set dimensions = {
    'not_deprived_pct': 'Household is not deprived in any dimension',
    'deprived_in_one_pct': 'Household is deprived in one dimension',
    'deprived_in_two_pct': 'Household is deprived in two dimensions',
    'deprived_in_three_pct': 'Household is deprived in three dimensions',
    'deprived_in_four_pct': 'Household is deprived in four dimensions'
} %}
with tenures as (
    select
        lsoa_code,
        {%- for column, names in tenures.items() %}
        {%- set part = "sum(households) filter (where tenure in ('" ~ names | join("', '") ~ "'))" %}
        {{ percentage(part, 'sum(households)') }} as {{ column }},
        {%- endfor %}
        sum(households)::bigint as households
    from {{ ref('stg_ons__tenures') }}
    group by lsoa_code
),

deprivations as (
    select
        {%- for column, name in dimensions.items() %}
        {%- set part = "sum(households) filter (where dimensions = '" ~ name ~ "')" %}
        {{ percentage(part, 'sum(households)') }} as {{ column }},
        {%- endfor %}
        lsoa_code
    from {{ ref('stg_ons__household_deprivations') }}
    group by lsoa_code
)

select
    coalesce(tenures.lsoa_code, deprivations.lsoa_code) as lsoa_code,
    {%- for column in tenures %}
    tenures.{{ column }},
    {%- endfor %}
    {%- for column in dimensions %}
    deprivations.{{ column }},
    {%- endfor %}
    tenures.households
from tenures
full join deprivations on tenures.lsoa_code = deprivations.lsoa_code
