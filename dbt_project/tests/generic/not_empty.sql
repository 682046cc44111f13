{#- There is at least one row. -#}
{% test not_empty(model) %}
    select 'no rows' as found
    where not exists (select 1 from {{ model }})
{% endtest %}
