{% macro whole_number(column) %}
    {#- Text to BIGINT. DuckDB's cast and try_cast round '10.5' to 11, so only whole numbers are cast ('18' and '18.0');
        anything else is NULL and fails the test whole_numbers on the landed column. -#}
    case
        when regexp_full_match({{ column }}, '[+-]?\d{1,18}(\.0*)?')
            then cast(split_part({{ column }}, '.', 1) as bigint)
    end
{%- endmacro %}


{% macro decimal_number(column) %}
    {#- Text to DOUBLE. A bare cast would accept 'nan' and 'inf'; anything that is not a number is NULL and fails the test
        decimal_numbers on the landed column. -#}
    case
        when regexp_full_match({{ column }}, '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?')
            then cast({{ column }} as double)
    end
{%- endmacro %}


{% macro first_of_month(column) %}
    {#- Text 'YYYYMM' or 'YYYY-MM' to the first day of that month; anything else is NULL and fails the test months. -#}
    case
        when regexp_full_match({{ column }}, '\d{4}-?(0[1-9]|1[0-2])')
            then cast(strptime(replace({{ column }}, '-', ''), '%Y%m') as date)
    end
{%- endmacro %}


{% macro calendar_day(column) %}
    {#- Text that begins with YYYY-MM-DD to a date; anything else is NULL. -#}
    case
        when regexp_matches({{ column }}, '^\d{4}-\d{2}-\d{2}([T ]|$)')
            then cast(try_strptime(substr({{ column }}, 1, 10), '%Y-%m-%d') as date)
    end
{%- endmacro %}


{% macro truth_value(column) %}
    {#- Text 'True' or 'false', in any case, to BOOLEAN; anything else is NULL. -#}
    case lower(trim({{ column }})) when 'true' then true when 'false' then false end
{%- endmacro %}


{% macro clean_text(column) %}
    {#- Text without surrounding blanks; blank text is NULL. -#}
    nullif(trim({{ column }}), '')
{%- endmacro %}
