{#- No two rows have the same values in all of the `columns`. Of these only `nullable` ones may be NULL, and none of the `filled`
    ones. `known` maps columns to {to: relation, field: column}, which has each of their values; NULL passes. One test of a
    table, and not one per claim: dbt takes longer for a test than DuckDB for its query. -#}
{% test primary_key(model, columns, nullable=[], filled=[], known={}) %}
{% set needed = (columns | reject('in', nullable) | list) + filled %}
{% set names = [] %}
{% for column in needed %}
{% do names.append("case when " ~ column ~ " is null then '" ~ column ~ "' end") %}
{% endfor %}
    select
        '{{ columns | join(", ") }}' as column_name,
        'one row' as expected,
        concat_ws(', ', {{ columns | join(', ') }}, count(*) || ' rows') as found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
    union all
    select
        concat_ws(', ', {{ names | join(', ') }}) as column_name,
        'a value' as expected,
        concat_ws(', ', {{ columns | join(', ') }}) as found
    from {{ model }}
    where {{ needed | join(' is null or ') }} is null
{% for column, place in known.items() %}
    union all
    select
        '{{ column }}' as column_name,
        'a {{ place["field"] }} of {{ place["to"].identifier }}' as expected,
        cast({{ column }} as varchar) as found
    from {{ model }}
    where {{ column }} is not null and {{ column }} not in (select {{ place["field"] }} from {{ place["to"] }})
{% endfor %}
{% endtest %}
