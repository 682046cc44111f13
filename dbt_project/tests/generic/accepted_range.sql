{#- Every value of the column (or of all `columns`) is from min_value to max_value, both included; either may be left out.
    NULL passes; what is infinite or not a number is in no range. -#}
{% test accepted_range(model, column_name=none, columns=none, min_value='-infinity', max_value='infinity') %}
{% set checks = [] %}
{% for column in columns or [column_name] %}
{% do checks.append(
    column ~ " not between cast('" ~ min_value ~ "' as double) and cast('" ~ max_value ~ "' as double)"
    ~ " or not isfinite(cast(" ~ column ~ " as double))"
) %}
{% endfor %}
    select {{ columns | join(', ') if columns else column_name }}
    from {{ model }}
    where {{ checks | join(' or ') }}
{% endtest %}
