{% macro on_base_areas(relation, code, year, means, counts=[]) %}
    {#- What is published per area code of one vintage, on the areas of the data set, for a year. A mean, a share or a score is
        averaged over the codes that lead to an area, each with its weight; a count is shared over the areas that its code
        leads to, and NULL where one of the parts is not known. -#}
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
