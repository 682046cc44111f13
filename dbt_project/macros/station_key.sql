{% macro station_key(column) %}
    {#- A station's name without what kind of station it is and without marks: what several files call it. -#}
    {%- set plain = "regexp_replace(replace(lower(" ~ column ~ "), '&', ' and '), '\\(.*?\\)', ' ', 'g')" -%}
    {%- set own = "regexp_replace(" ~ plain ~ ", '\\b(underground|overground|dlr|rail|tram|elizabeth line)? *stations?\\b', ' ', 'g')" -%}
    regexp_replace(replace({{ own }}, 'bank and monument', 'bank'), '[^a-z0-9]', '', 'g')
{%- endmacro %}
