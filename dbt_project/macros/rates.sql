{% macro rate(part, whole, per=1) %}
    {#- part / whole * per as DOUBLE; NULL where there is nothing to divide by, never infinite. -#}
    {{ per }} * cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
{%- endmacro %}


{% macro percentage(part, whole) %}
    {#- part as per cent of whole; NULL where the whole is 0 or missing. -#}
    {{ rate(part, whole, 100) }}
{%- endmacro %}
