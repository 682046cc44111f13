-- Outcomes of the crimes of street-level files, by force, borough, crime type and month. Of a month in several archives the
-- newest counts. A file that was cut says nothing about types with a missing category, so never about all crime.
with cells as (
    select
        coalesce(crimes.reported_by, crimes.falls_within, 'no force') as force,
        crimes.source_file,
        crimes.month,
        crimes.archive,
        crimes.lsoa_code as source_code,
        upper(crimes.crime_type_as_published) as category,
        case
            when crimes.last_outcome is null then 'unknown'
            when crimes.last_outcome ilike 'under investigation' then 'open'
            when crimes.last_outcome ilike 'status update unavailable' then 'unknown'
            when crimes.last_outcome ilike 'investigation complete; no suspect identified' then 'no_suspect'
            when regexp_matches(crimes.last_outcome, '(?i)^unable to prosecute suspect$|not in the public interest$')
                then 'not_prosecuted'
            else 'action_taken'
        end as kind,
        count(*) as crimes
    from {{ ref('stg_police_uk__street_crimes') }} as crimes
    group by all
),

areas as (
    select
        codes.source_code,
        codes.valid_from,
        codes.valid_to,
        codes.share_of_source,
        areas.borough_code,
        areas.borough_name
    from {{ ref('int_codes_shared') }} as codes
    inner join {{ ref('int_areas_chosen') }} as areas on codes.lsoa_code = areas.lsoa_code
),

placed as (
    select
        cells.force,
        cells.month,
        cells.archive,
        categories.crime_type,
        areas.borough_code,
        coalesce(areas.borough_name, case when cells.source_code is null then 'No place stated' else 'Outside the city' end)
            as borough_name,
        cells.kind,
        cells.crimes * coalesce(areas.share_of_source, 1) as crimes
    from cells
    inner join {{ ref('crime_type_categories') }} as categories
        on cells.category = upper(categories.category) and categories.publisher = 'police_uk'
    inner join {{ ref('int_street_types_reported') }} as reported
        on
            cells.force = reported.force
            and cells.month = reported.month
            and cells.source_file = reported.source_file
            and categories.crime_type = reported.crime_type
    left join areas
        on cells.source_code = areas.source_code and year(cells.month) between areas.valid_from and areas.valid_to
)

select
    placed.force,
    placed.borough_code,
    placed.borough_name,
    placed.crime_type,
    placed.month,
    max(placed.archive) as known_to,
    sum(placed.crimes) as crimes,
    {% for kind in ('no_suspect', 'not_prosecuted', 'action_taken', 'open', 'unknown') %}
    coalesce(sum(placed.crimes) filter (where placed.kind = '{{ kind }}'), 0) as {{ kind }},
    {% endfor %}
    {{ percentage(
        "coalesce(sum(placed.crimes) filter (where placed.kind not in ('open', 'unknown')), 0)", 'sum(placed.crimes)'
    ) }} as outcome_pct,
    {{ percentage(
        "coalesce(sum(placed.crimes) filter (where placed.kind = 'action_taken'), 0)", 'sum(placed.crimes)'
    ) }} as action_taken_pct,
    any_value(months.is_complete) as is_complete,
    dense_rank() over (partition by placed.force order by placed.month desc)
    <= {{ provisional_months('placed.force') }} as is_provisional,
    {{ recording_break('placed.month', 'placed.crime_type', 'placed.force') }} as recording_break
from placed
left join {{ ref('int_force_months_counted') }} as months
    on placed.force = months.force and placed.month = months.month and months.kind = 'street files'
group by placed.force, placed.borough_code, placed.borough_name, placed.crime_type, placed.month
order by placed.force, placed.borough_name, placed.crime_type, placed.month
