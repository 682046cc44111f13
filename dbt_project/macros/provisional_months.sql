{% macro provisional_months(force) %}
    {#- The number of a force's newest months that are still revised. -#}
    (
        select seed.months
        from {{ ref('provisional_months') }} as seed
        where seed.force in ({{ force }}, 'any other force')
        order by seed.force = 'any other force'
        limit 1
    )
{%- endmacro %}
