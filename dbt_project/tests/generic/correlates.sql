{#- Figures of two sources are in the same order of areas: `pairs` has [column, other column, rank correlation, source, other
    source], of which the correlation is at least as high, or as low if it is negative. It is between what published files have
    and what they have once one is moved by a row. A pair with fewer than 100 areas passes, as with a source that is absent.
    Returns a row per failing pair, with the names that the relation `files` has for its sources, and what to do. -#}
{% test correlates(model, pairs, files) %}
{% set columns = (pairs | map('first') | list + pairs | map(attribute=1) | list) | unique | list %}
    with ranked as (
        select
            {% for column in columns %}
            case when {{ column }} is not null then rank() over (order by {{ column }}) end as {{ column }}
            {{- "," if not loop.last }}
            {% endfor %}
        from {{ model }}
    ),

    files as (
        select
            publisher || '/' || thing as source_key,
            string_agg(file, ' and ' order by file) as names
        from {{ files }}
        group by publisher, thing
    ),

    compared as (
        {% for column, other, least, source, other_source in pairs %}
        select
            '{{ column }}' as column_name,
            '{{ other }}' as other_column,
            '{{ source }}' as source_key,
            '{{ other_source }}' as other_key,
            {{ least }} as expected,
            corr({{ column }}, {{ other }}) as correlation
        from ranked
        having count(*) filter (where {{ column }} is not null and {{ other }} is not null) >= 100
        {{ "union all" if not loop.last }}
        {% endfor %}
    )

    select
        compared.*,
        format(
            '{} ({}) and {} ({}) have a rank correlation of {:.2f} over the areas, and {:.2f} or more in published files: a '
            || 'column may have been moved against its codes; compare both files with their publishers'', and replace the wrong one',
            compared.column_name, coalesce(one.names, compared.source_key), compared.other_column,
            coalesce(other.names, compared.other_key), compared.correlation, compared.expected
        ) as said
    from compared
    left join files as one on compared.source_key = one.source_key
    left join files as other on compared.other_key = other.source_key
    where compared.correlation * sign(compared.expected) < abs(compared.expected)
{% endtest %}
