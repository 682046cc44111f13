{% macro sum_of_areas(crimes, area) -%}
{#- A sum that is the same in any order of rows, for long tables: whole crimes add up exactly, so that only the fractions of
    split areas are sorted. Sorting all would keep all rows in memory. -#}
(
        sum(trunc({{ crimes }}))
        + coalesce(sum({{ crimes }} - trunc({{ crimes }}) order by {{ area }}) filter (where {{ crimes }} != trunc({{ crimes }})), 0)
    )
{%- endmacro %}
