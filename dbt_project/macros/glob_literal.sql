{% macro glob_literal(path) %}
    {#- A path as the inside of a SQL string that DuckDB reads as a glob: brackets, stars and question marks of a folder's
        name mean themselves, a quote is doubled. -#}
    {{- return(path.replace('[', '[[]').replace('*', '[*]').replace('?', '[?]').replace("'", "''")) -}}
{% endmacro %}
