{% macro glob_literal(path) %}
    {#- A path as the content of a SQL string that DuckDB reads as a glob: brackets, stars, question marks and quotes in a
        folder name are escaped. -#}
    {{- return(path.replace('[', '[[]').replace('*', '[*]').replace('?', '[?]').replace("'", "''")) -}}
{% endmacro %}
