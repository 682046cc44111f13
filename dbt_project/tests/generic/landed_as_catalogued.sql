{#- A landed source matches the catalogue: rows are unique by `key`, `filled` columns have a value in every row, and texts are
    numbers or months where required, which the macros of cast_text would otherwise drop. Each distinct text is tested once.
    `is_wide`: a row of the file is a cell per month here, so that the first month of each file shows repeated rows. -#}
{% test landed_as_catalogued(model, key=[], filled=[], counts=[], numbers=[], months=[], is_wide=false) %}
{% set wrong = [] %}
{% for column in filled %}
{% do wrong.append((column, 'a value in every row', clean_text(column) ~ " is null")) %}
{% endfor %}
{% for column in counts %}
{% set is_bad = "(" ~ whole_number(column) ~ " is null or " ~ column ~ " like '-%')" %}
{% do wrong.append((column, 'a whole number of 0 or more', clean_text(column) ~ " is not null and " ~ is_bad)) %}
{% endfor %}
{% for column in numbers %}
{% set is_bad = decimal_number(column) ~ " is null" %}
{% do wrong.append((column, 'a finite number', clean_text(column) ~ " is not null and " ~ is_bad)) %}
{% endfor %}
{% for column in months %}
{% do wrong.append((column, 'a month', first_of_month(column) ~ " is null")) %}
{% endfor %}
{% set checks = [] %}
{% for column, expected, is_wrong in wrong %}
{% set texts = "select distinct " ~ column ~ " as found, " ~ column ~ " from " ~ model %}
{% do checks.append((column, expected, "select found from (" ~ texts ~ ") where " ~ is_wrong)) %}
{% endfor %}
{% if key %}
{% set names = key | join(', ') %}
{% set rows = "month in (select min(month) from " ~ model ~ " group by source_file)" if is_wide else "true" %}
{% set found = "select concat_ws(', ', " ~ names ~ ", count(*) || ' rows') as found from " ~ model ~ " where " ~ rows %}
{% do checks.append((names, 'one row', found ~ " group by " ~ names ~ " having count(*) > 1")) %}
{% endif %}
{% for column, expected, query in checks %}
    select
        '{{ column }}' as column_name,
        '{{ expected }}' as expected,
        found
    from ({{ query }})
    {{- "\n    union all" if not loop.last }}
{% endfor %}
{% endtest %}
