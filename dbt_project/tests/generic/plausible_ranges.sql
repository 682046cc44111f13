{#- Every number of the table is in the range of its column: `ranges` maps globs of columns to [lowest, highest], both included,
    and the longest matching glob counts. NULL passes; infinity and NaN are in no range. Returns a row per failing column with
    the number of values outside; up to `share` (0 to 1) of them may be. -#}
{% test plausible_ranges(model, ranges, share=0) %}
{% set found = [] %}
{% set numeric = ['BIGINT', 'DECIMAL', 'DOUBLE', 'FLOAT', 'HUGEINT', 'INTEGER', 'SMALLINT'] %}
{% for column in adapter.get_columns_in_relation(model) if execute and column.dtype.split('(')[0] in numeric %}
{% set fitting = [] %}
{% for glob in ranges if modules.re.match('^' ~ glob | replace('*', '.*') ~ '$', column.name) %}
{% do fitting.append((glob | length, glob)) %}
{% endfor %}
{% if fitting %}
{% set edges = ranges[(fitting | sort | last)[1]] %}
{% do found.append((column.name, edges[0], edges[1])) %}
{% endif %}
{% endfor %}
    with counted as (
        {% for name, low, high in found %}
        select
            '{{ name }}' as column_name,
            '{{ low }} to {{ high }}' as expected,
            count({{ name }}) as figures,
            min({{ name }}) as lowest,
            max({{ name }}) as highest,
            count(*) filter (
                where
                {{ name }} not between {{ low }} and {{ high }}
                or not isfinite(cast({{ name }} as double))
            ) as outside
        from {{ model }}
        {{ "union all" if not loop.last }}
        {% else %}
        select
            '' as column_name,
            '' as expected,
            0 as figures,
            0 as lowest,
            0 as highest,
            0 as outside
        {% endfor %}
    )

    select
        column_name,
        outside,
        lowest,
        highest,
        format(
            '{}: {:.1f} % of the figures ({} of {}) are outside {}; they are from {} to {}',
            column_name, 100.0 * outside / figures, outside, figures, expected, lowest, highest
        ) as said
    from counted
    where outside > {{ share }} * figures
    order by column_name
{% endtest %}
