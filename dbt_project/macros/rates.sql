{% macro rate(part, whole, per=1) %}
    {#- part / whole * per as DOUBLE; NULL where there is nothing to divide by, never infinite. -#}
    {{ per }} * cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0)
{%- endmacro %}


{% macro percentage(part, whole) %}
    {#- part as per cent of whole; NULL where the whole is 0 or missing. -#}
    {{ rate(part, whole, 100) }}
{%- endmacro %}


{% macro sum_of_whole_year(value, condition) %}
    {#- The sum of twelve months as DOUBLE; NULL where one of them is missing. -#}
    case
        when count({{ value }}) filter (where {{ condition }}) = 12
            then sum({{ value }}) filter (where {{ condition }})::double
    end
{%- endmacro %}
