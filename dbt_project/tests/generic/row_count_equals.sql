{#- The model has as many rows as `compare_to`. -#}
{% test row_count_equals(model, compare_to) %}
    with counts as (
        select
            (select count(*) from {{ model }}) as found,
            (select count(*) from {{ compare_to }}) as expected
    )

    select *
    from counts
    where found != expected
{% endtest %}
