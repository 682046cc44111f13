{% macro recording_break(month, crime_type, force="'" ~ var("force") ~ "'") %}
    {#- What a force began to record differently in a month, for all crime or for the type; else NULL. -#}
    (
        select string_agg(breaks.title, '; ' order by breaks.starts_on)
        from {{ ref('recording_breaks') }} as breaks
        where
            breaks.force = {{ force }}
            and date_trunc('month', breaks.starts_on) = {{ month }}
            and breaks.crime_type in ('total', {{ crime_type }})
    )
{%- endmacro %}
