{% macro load_spatial() %}
    {#- Loads the spatial extension from the warehouse folder; an on-run-start hook. Never installs it: there may be no network.
        -#}
    {% if execute %}
        {% set query %}
            select current_setting('extension_directory') || '/' || version() || '/' || platform || '/spatial.duckdb_extension'
            from pragma_platform()
        {% endset %}
        {% set file = run_query(query).columns[0].values()[0] %}
        {% if run_query("select file from glob('" ~ glob_literal(file) ~ "')") | length == 0 %}
            {% do exceptions.raise_compiler_error(
                "DuckDB's spatial extension is not at " ~ file ~ ". `make dbt` or `make run` puts it there from its wheel."
            ) %}
        {% endif %}
        {% do run_query("load spatial") %}
    {% endif %}
{% endmacro %}
