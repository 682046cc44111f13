{# Cautions about a month, from the rows of lsoa_crimes that are summed; rows without a figure are ignored. #}
{% macro month_flags(cells) -%}
coalesce(bool_and({{ cells }}.is_complete) filter (where {{ cells }}.crimes is not null), false) as is_complete,
        coalesce(bool_or({{ cells }}.is_provisional) filter (where {{ cells }}.crimes is not null), false) as is_provisional,
        {#- Few months have a break: without the filter, each group would keep its rows. #}
        string_agg(distinct {{ cells }}.recording_break, '; ' order by {{ cells }}.recording_break) filter (
            where {{ cells }}.recording_break is not null
        ) as recording_break
{%- endmacro %}
