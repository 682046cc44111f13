{% macro station_key(column) %}
    {#- A station's name without type suffix and punctuation, to join files. -#}
    {%- set plain = "regexp_replace(replace(lower(" ~ column ~ "), '&', ' and '), '\\(.*?\\)', ' ', 'g')" -%}
    {%- set own = "regexp_replace(" ~ plain ~ ", '\\b(underground|overground|dlr|rail|tram|elizabeth line)? *stations?\\b', ' ', 'g')" -%}
    regexp_replace(replace({{ own }}, 'bank and monument', 'bank'), '[^a-z0-9]', '', 'g')
{%- endmacro %}
