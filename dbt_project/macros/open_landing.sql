{% macro open_landing() %}
    {#- One view per declared source over its Parquet files; an on-run-start hook, so that models, unit tests and people read
        landed files by name. A missing required file stops the run with its name and the remedy. -#}
    {% if execute %}
        {#- A lake is attached beside the database in memory that dbt opens. -#}
        {% if target.name == 'lake' %}{% do run_query("use " ~ target.database) %}{% endif %}
        {% set landing = warehouse_dir() ~ '/landing' %}
        {% set problems = [] %}
        {% set landed = landed_patterns(landing) %}
        {% set found = landed_columns(landing) if landed else {} %}
        {% set counted = counted_sources(landing) %}
        {#- All in one query: dbt takes longer for each than DuckDB. -#}
        {% set views = [] %}
        {% for schema in graph.sources.values() | map(attribute='schema') | unique %}
            {% do views.append("create schema if not exists " ~ adapter.quote(schema)) %}
        {% endfor %}
        {% for source in graph.sources.values() | sort(attribute='unique_id') %}
            {% set patterns = landed.get(landed_folder(source), []) %}
            {% if patterns | length > 1 %}
                {% do problems.append(
                    "both " ~ source.name ~ ".parquet and " ~ source.name ~ "/*.parquet are in " ~ landing ~ "/"
                    ~ source.source_name ~ ", which would count twice; remove the older one"
                ) %}
            {% elif patterns | length == 0 and (
                not source.config.meta.get('optional') or landed_folder(source) in counted
            ) %}
                {% do problems.append(landing ~ "/" ~ landed_folder(source) ~ ".parquet is missing") %}
            {% else %}
                {% set lacking = missing_columns(source, found[landed_folder(source)]) if patterns else [] %}
                {% if lacking and source.config.meta.get('rebuilt') %}
                    {#- Written by an earlier version of the project. The current run will replace it, so it must not fail here.
                        -#}
                    {% do exceptions.warn(lacking | join('; ') ~ ": taken as not there until the models ran again") %}
                    {% do views.append(view_of(source, [])) %}
                {% else %}
                    {% do problems.extend(lacking) %}
                    {% do views.append(view_of(source, patterns)) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {% if problems %}
            {% do exceptions.raise_compiler_error(
                "The landed files are not whole:\n  - " ~ problems | join("\n  - ")
                ~ "\n`make dbt` or `make run` lands them from the published files."
            ) %}
        {% endif %}
        {% do run_query(views | join(";\n")) %}
        {% do open_newest_months() %}
    {% endif %}
{% endmacro %}


{% macro open_newest_months() %}
    {#- Creates the view that `dbt source freshness` asks: the end of the newest month that was landed of each source. Made-up
        data is never late. -#}
    {% if 'source.london_crime.landing.data_sets' in graph.sources %}
        {% do run_query("
            create or replace view landing_records.newest_months as
            select
                publisher || '/' || thing as source,
                case
                    when (select coalesce(bool_or(is_synthetic), false) from " ~ target.database ~ ".landing_records.data_sets) then now()
                    else max(strptime(last_month || '-01', '%Y-%m-%d')) + interval 1 month
                end as month_ended
            from " ~ target.database ~ ".landing_records.source_files
            group by publisher, thing
        ") %}
    {% endif %}
{% endmacro %}


{% macro landed_folder(source) %}
    {#- The path of a source below landing/, without a suffix: <publisher>/<thing>, or as given in its meta. -#}
    {{- return(source.config.meta.get('folder') or source.source_name ~ '/' ~ source.name) -}}
{% endmacro %}


{% macro landed_patterns(landing) %}
    {#- Which of <thing>.parquet and <thing>/*.parquet have files, per source path, as contents of SQL strings. Lists the folder
        once for all sources. -#}
    {% set folder = glob_literal(landing) %}
    {% set query %}
        with files as (
            select substr(file, {{ landing | length }} + 2) as path
            from glob('{{ folder }}/**/*.parquet')
        )

        select
            regexp_replace(path, '\.parquet$', '') as thing,
            '.parquet' as ending
        from files
        union
        select
            regexp_replace(path, '/[^/]*$', '') as thing,
            '/*.parquet' as ending
        from files
        order by thing, ending
    {% endset %}
    {% set found = {} %}
    {% for thing, ending in run_query(query).rows %}
        {% do found.setdefault(thing, []).append(folder ~ '/' ~ thing ~ ending) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{% macro counted_sources(landing) %}
    {#- Sources with landed rows, whose files must not be missing. -#}
    {% set accounts = glob_literal(landing) ~ '/_source_files/*.parquet' %}
    {% set found = [] %}
    {% if run_query("select file from glob('" ~ accounts ~ "') limit 1") | length > 0 %}
        {#- A source without a kept row was excluded entirely, and has no file. -#}
        {% set query = "select distinct publisher || '/' || thing from read_parquet('" ~ accounts
            ~ "', union_by_name = true) where rows_kept > 0" %}
        {% do found.extend(run_query(query).columns[0].values()) %}
    {% endif %}
    {{- return(found) -}}
{% endmacro %}


{% macro landed_columns(landing) %}
    {#- The columns of the landed files, in lower case, per source path. -#}
    {% set query %}
        with files as (
            select
                substr(file_name, {{ landing | length }} + 2) as path,
                lower(name) as name
            from parquet_schema('{{ glob_literal(landing) }}/**/*.parquet')
            where num_children is null
        ),

        things as (
            select
                unnest([regexp_replace(path, '\.parquet$', ''), regexp_replace(path, '/[^/]*$', '')]) as thing,
                name
            from files
        )

        select
            thing,
            string_agg(distinct name, ',' order by name) as names
        from things
        group by thing
    {% endset %}
    {% set found = {} %}
    {% for thing, names in run_query(query).rows %}
        {% do found.update({thing: names.split(',')}) %}
    {% endfor %}
    {{- return(found) -}}
{% endmacro %}


{% macro missing_columns(source, found) %}
    {#- Declared columns that a source's landed files lack, as sentences. -#}
    {% set problems = [] %}
    {% for column in source.columns if column not in found %}
        {% do problems.append(
            "landing/" ~ landed_folder(source) ~ " has no column " ~ column ~ " (it has " ~ found | join(', ') ~ ")"
        ) %}
    {% endfor %}
    {{- return(problems) -}}
{% endmacro %}


{% macro view_of(source, patterns) %}
    {#- The SQL of one source's view: its declared columns in their declared types (else text), empty if nothing was landed. -#}
    create or replace view {{ adapter.quote(source.schema) }}.{{ adapter.quote(source.identifier) }} as
    select
    {%- for column in source.columns.values() %}
        cast({{ adapter.quote(column.name) if patterns else 'null' }} as {{ column.data_type or 'varchar' }}) as {{ adapter.quote(column.name) }}
        {{- "," if not loop.last }}
    {%- endfor %}
    {% if patterns -%}
        from read_parquet('{{ patterns[0] }}', union_by_name = true)
    {%- else -%}
        where false
    {%- endif %}
{% endmacro %}
