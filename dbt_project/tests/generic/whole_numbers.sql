{#- Every text in the columns that is not blank is a whole number: what the macro whole_number would otherwise drop. -#}
{% test whole_numbers(model, columns) %}
{% set checks = [] %}
{% for column in columns %}
{% do checks.append(clean_text(column) ~ " is not null and " ~ whole_number(column) ~ " is null") %}
{% endfor %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {{ checks | join(' or ') }}
{% endtest %}
