{#- No two rows have the same values in all of the columns, and only `nullable` ones may be NULL. -#}
{% test primary_key(model, columns, nullable=[]) %}
    select
        {{ columns | join(', ') }},
        count(*) as copies
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1 or {{ columns | reject('in', nullable) | join(' is null or ') }} is null
{% endtest %}
