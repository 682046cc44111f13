{#- Every text in the columns that is not blank is a whole number: what the macro whole_number would otherwise drop. Each text
    is looked at once, however often it occurs. -#}
{% test whole_numbers(model, columns, is_negative_allowed=true) %}
{% for column in columns %}
    select {{ column }} as text_found
    from (select distinct {{ column }} from {{ model }})
    where
        {{ clean_text(column) }} is not null
        and ({{ whole_number(column) }} is null{% if not is_negative_allowed %} or {{ column }} like '-%'{% endif %})
    {{- "\n    union all" if not loop.last }}
{% endfor %}
{% endtest %}
