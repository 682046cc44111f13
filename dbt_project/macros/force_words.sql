{% macro force_words(force) %}
    {#- A police force in a sentence: the Metropolitan Police Service, but Kent Police; as words.force_words in Python. -#}
    case when {{ force }} like '% Service' or {{ force }} like 'City of %' then 'the ' else '' end || {{ force }}
{%- endmacro %}
