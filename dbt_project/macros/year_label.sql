{% macro year_label(last_month) %}
    {#- Twelve months by their last: "12 months to February 2026". -#}
    '12 months to ' || strftime({{ last_month }}, '%B %Y')
{%- endmacro %}
