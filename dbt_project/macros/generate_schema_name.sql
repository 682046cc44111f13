{% macro generate_schema_name(custom_schema_name, node) %}
    {#- The schema as it is named, without the target's prefix: one database holds one data set. -#}
    {{- (custom_schema_name or target.schema) | trim -}}
{% endmacro %}
