{% macro join_names(names) %}
    {#- A list of names as text: "A", "A and B", "A, B and C". -#}
    array_to_string({{ names }}[:-3], ', ')
    || case when len({{ names }}) > 2 then ', ' else '' end
    || array_to_string({{ names }}[-2:], ' and ')
{%- endmacro %}
