{% macro generate_schema_name(custom_schema_name, node) %}
    {#- The schema's own name, without the target's prefix: one database has one data set. -#}
    {{- (custom_schema_name or target.schema) | trim -}}
{% endmacro %}
