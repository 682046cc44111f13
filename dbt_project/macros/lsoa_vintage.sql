{% macro lsoa_vintage(has_2011, has_2021) %}
    {#- The vintage of area codes, given whether some are only of 2011 and some only of 2021; if neither, the vintage of the
        data set's areas. -#}
    case
        when {{ has_2011 }} and {{ has_2021 }} then 'mixed'
        when {{ has_2011 }} then '2011'
        when {{ has_2021 }} then '2021'
        else (select any_value(lsoa_vintage) from {{ ref('int_areas_chosen') }})
    end
{%- endmacro %}
