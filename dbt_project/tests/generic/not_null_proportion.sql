{#- At least the share `at_least` (0 to 1) of each column has a value; returns a row per failing column. With `unless_empty`, a
    column without any value passes: its source is optional and absent. -#}
{% test not_null_proportion(model, columns, at_least, unless_empty=false) %}
    with counted as (
        {% for column in columns %}
        select
            '{{ column }}' as column_name,
            count({{ column }}) as filled,
            count(*) as expected
        from {{ model }}
        {{ "union all" if not loop.last }}
        {% endfor %}
    )

    select *
    from counted
    where
        filled < {{ at_least }} * expected
        {% if unless_empty %}and filled > 0{% endif %}
{% endtest %}
