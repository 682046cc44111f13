-- Employment figures (NS-SEC) as per cent of residents of 16 and over.
{% set classes = [
    'higher_managers', 'lower_managers', 'intermediate', 'small_employers', 'lower_supervisory', 'semi_routine', 'routine',
    'never_worked', 'students'
] %}
with residents as (
    select * from {{ ref('stg_ons__ns_sec_classes') }}
)

select
    lsoa_code,
    {%- for class in classes %}
    {{ percentage(class, 'residents_16_plus') }} as {{ class }}_pct,
    {%- endfor %}
    residents_16_plus
from residents
