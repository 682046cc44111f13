{#- Every text in the columns that is not blank is a finite number: what the macro decimal_number would otherwise drop. -#}
{% test decimal_numbers(model, columns) %}
{% set checks = [] %}
{% for column in columns %}
{% do checks.append(clean_text(column) ~ " is not null and " ~ decimal_number(column) ~ " is null") %}
{% endfor %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {{ checks | join(' or ') }}
{% endtest %}
