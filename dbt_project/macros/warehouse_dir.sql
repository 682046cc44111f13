{% macro warehouse_dir() %}
    {#- The absolute folder of the open database, so that a view reads its files from any working folder. A lake has none: its
        tables are in the store. -#}
    {%- if target.name == 'lake' -%}{{- return(env_var('CRIME_WAREHOUSE_DIR')) -}}{%- endif -%}
    {%- set path = run_query("select path from duckdb_databases() where database_name = current_database()").columns[0].values()[0] -%}
    {{- return(path.rsplit('/', 1)[0]) -}}
{% endmacro %}
