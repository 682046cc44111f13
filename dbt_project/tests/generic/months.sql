{#- Every text in the column is a month, YYYYMM or YYYY-MM. -#}
{% test months(model, column_name) %}
    select {{ column_name }}
    from (select distinct {{ column_name }} from {{ model }})
    where {{ first_of_month(column_name) }} is null
{% endtest %}
