{% macro recording_break(month, crime_type) %}
    {#- What the Metropolitan Police Service began to record differently in a month, of all crime or of the type; else NULL. -#}
    (
        select string_agg(breaks.title, '; ' order by breaks.starts_on)
        from {{ ref('recording_breaks') }} as breaks
        where
            breaks.force = '{{ var("force") }}'
            and date_trunc('month', breaks.starts_on) = {{ month }}
            and breaks.crime_type in ('total', {{ crime_type }})
    )
{%- endmacro %}
