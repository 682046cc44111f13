{% macro rate(part, whole, per=1) %}
    {#- part / whole * per as DOUBLE; NULL if the divisor is 0 or missing, never infinite. -#}
    {{ per }} * cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
{%- endmacro %}


{% macro percentage(part, whole) %}
    {#- part as per cent of whole; NULL if the whole is 0 or missing. -#}
    {{ rate(part, whole, 100) }}
{%- endmacro %}
