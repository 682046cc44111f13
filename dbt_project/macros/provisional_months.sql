{% macro provisional_months(force) %}
    {#- How many of a force's newest months are still revised. -#}
    (
        select seed.months
        from {{ ref('provisional_months') }} as seed
        where seed.force in ({{ force }}, 'any other force')
        order by seed.force = 'any other force'
        limit 1
    )
{%- endmacro %}
