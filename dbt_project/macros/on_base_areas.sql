{% macro on_base_areas(relation, code, year, means, counts=[]) %}
    {#- Figures published for area codes of one vintage, converted to the areas of the data set, for a year. A mean, a share or
        a score is the weighted average over the codes linked to an area; a count is divided among the areas linked to its code,
        and NULL if one of the parts is not known. -#}
    {% set vintage = code | replace('lsoa', '20') | replace('_code', '') %}
    select
        links.lsoa_code
        {%- for column in counts %},
        case
            when count(joined.{{ column }}) = count(links.lsoa_code) then sum(joined.{{ column }} * links.share_of_source)
        end as {{ column }}
        {%- endfor %}
        {%- for column in means %},
        sum(joined.{{ column }} * links.weight_in_area)
        / nullif(sum(links.weight_in_area) filter (where joined.{{ column }} is not null), 0) as {{ column }}
        {%- endfor %}
    from {{ ref('int_area_links_weighted') }} as links
    inner join {{ relation }} as joined on links.source_code = joined.{{ code }}
    where links.source_vintage = '{{ vintage }}' and {{ year }} between links.valid_from and links.valid_to
    group by links.lsoa_code
{% endmacro %}
