{% macro deprivation_columns() %}
    {#- Scores and deciles of the indices of deprivation, the same in each edition. Two of the scores are shares of people. -#}
    {{ decimal_number('imd_score') }} as imd_score,
    {{ whole_number('imd_decile') }} as imd_decile,
    {%- for domain in ['income', 'employment'] %}
    100 * {{ decimal_number(domain ~ '_score') }} as {{ domain }}_deprivation_pct,
    {{ whole_number(domain ~ '_decile') }} as {{ domain }}_decile,
    {%- endfor %}
    {%- for domain in [
        'education', 'health', 'crime', 'housing_barriers', 'living_environment', 'children_and_young_people',
        'adult_skills', 'geographical_barriers', 'wider_barriers', 'indoors', 'outdoors'
    ] %}
    {{ decimal_number(domain ~ '_score') }} as {{ domain }}_score,
    {{ whole_number(domain ~ '_decile') }} as {{ domain }}_decile,
    {%- endfor %}
{%- endmacro %}
