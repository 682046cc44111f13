{% macro year_label(last_month) %}
    {#- Label of twelve months by the last: "12 months to February 2026". -#}
    '12 months to ' || strftime({{ last_month }}, '%B %Y')
{%- endmacro %}
