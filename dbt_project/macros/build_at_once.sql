{#- A model is built under its own name in one transaction, which leaves the old one if it fails: dbt would build it under another
    name, rename both and drop the old one, a third of what it asks the database. -#}
{% materialization table, adapter="duckdb" %}
    {% do return(build_at_once(this.incorporate(type="table"))) %}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {% do return(build_at_once(this.incorporate(type="view"))) %}
{% endmaterialization %}


{% macro build_at_once(target) %}
    {% set old = load_cached_relation(this) %}
    {% call statement("main") %}
        {% if old %}drop {{ old.type }} if exists {{ old }} cascade;{% endif %}
        {{ create_view_as(target, sql) if target.is_view else create_table_as(false, target, sql) }}
    {% endcall %}
    {% do persist_docs(target, model) %}
    {% do adapter.commit() %}
    {% do return({"relations": [target]}) %}
{% endmacro %}
