{#- At least the share `at_least` (0 to 1) of the column has a value. With `unless_empty`, a column without any value passes:
    its source is optional and absent. -#}
{% test not_null_proportion(model, column_name, at_least, unless_empty=false) %}
    with counts as (
        select
            count({{ column_name }}) as filled,
            count(*) as expected
        from {{ model }}
    )

    select *
    from counts
    where
        filled < {{ at_least }} * expected
        {% if unless_empty %}and filled > 0{% endif %}
{% endtest %}
