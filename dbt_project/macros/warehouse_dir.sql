{% macro warehouse_dir() %}
    {#- The folder of the open database, absolute, so that a view still reads its files from another working folder. -#}
    {%- set path = run_query("select path from duckdb_databases() where database_name = current_database()").columns[0].values()[0] -%}
    {{- return(path.rsplit('/', 1)[0]) -}}
{% endmacro %}
