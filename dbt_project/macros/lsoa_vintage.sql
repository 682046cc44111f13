{% macro lsoa_vintage(has_2011, has_2021) %}
    {#- The year of area codes from whether some are of 2011 alone and some of 2021 alone; where none is, the year of the data
        set's own areas, which have codes of both. -#}
    case
        when {{ has_2011 }} and {{ has_2021 }} then 'mixed'
        when {{ has_2011 }} then '2011'
        when {{ has_2021 }} then '2021'
        else (select any_value(lsoa_vintage) from {{ ref('int_areas_chosen') }})
    end
{%- endmacro %}
