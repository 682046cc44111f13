{#- In every row the columns add up to `total` (a column or a number), give or take `tolerance`. A row without any of the
    columns passes; a row with only some of them does not. -#}
{% test sums_to(model, columns, total, tolerance=0) %}
    select *
    from {{ model }}
    where
        coalesce({{ columns | join(', ') }}) is not null
        and (abs({{ columns | join(' + ') }} - {{ total }}) <= {{ tolerance }}) is not true
{% endtest %}
