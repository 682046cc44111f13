{# Cautions about a month, from the rows of lsoa_crimes that are summed; rows without a figure are ignored. #}
{% macro month_flags(cells) -%}
coalesce(bool_and({{ cells }}.is_complete) filter (where {{ cells }}.crimes is not null), false) as is_complete,
        coalesce(bool_or({{ cells }}.is_provisional) filter (where {{ cells }}.crimes is not null), false) as is_provisional,
        string_agg(distinct {{ cells }}.recording_break, '; ' order by {{ cells }}.recording_break) as recording_break
{%- endmacro %}
