-- Industry of residents in work, as per cent of them; code -8 is residents to whom the question does not apply.
{% set industries = {
    '1': 'agriculture_energy_water', '2': 'manufacturing', '3': 'construction', '4': 'distribution_hotels',
    '5': 'transport_communication', '6': 'finance_professional', '7': 'public_services', '8': 'other_industries'
} %}
with counted as (
    select
        lsoa_code,
        {%- for code, name in industries.items() %}
        sum(residents) filter (where industry_code = '{{ code }}') as {{ name }},
        {%- endfor %}
        sum(residents) filter (where industry_code != '-8') as workers,
        sum(residents) as residents
    from {{ ref('stg_ons__industries') }}
    group by lsoa_code
)

select
    lsoa_code,
    {%- for name in industries.values() %}
    {{ percentage(name, 'workers') }} as {{ name }}_pct,
    {%- endfor %}
    {{ percentage('workers', 'residents') }} as in_work_pct
from counted
