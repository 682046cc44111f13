-- lsoa_features has the column crimes_<crime_type>, with a description, for every row of the seed crime_types, and no other.
{% set columns = [] %}
{% if execute %}
{% for name in graph.nodes['model.' ~ project_name ~ '.lsoa_features'].columns if name.startswith('crimes_') %}
{% do columns.append(name) %}
{% endfor %}
{% endif %}
-- depends_on: {{ ref('lsoa_features') }}
with declared as (
    select unnest(string_split('{{ columns | join(",") }}', ',')) as column_name
),

wanted as (
    select 'crimes_' || crime_type as column_name
    from {{ ref('crime_types') }}
)

select
    wanted.column_name as lacking_in_lsoa_features_yml,
    declared.column_name as lacking_in_crime_types_csv
from wanted
full outer join declared on wanted.column_name = declared.column_name
where wanted.column_name is null or declared.column_name is null
