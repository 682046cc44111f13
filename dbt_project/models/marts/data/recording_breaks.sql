-- Days from which on a force of the place recorded differently: known ones, and those that `data_set.yml` names.
with named as (
    select
        unnest(
            from_json(
                recording_breaks,
                '[{"starts_on": "DATE", "force": "VARCHAR", "crime_type": "VARCHAR", "title": "VARCHAR", "words": "VARCHAR"}]'
            ),
            recursive := true
        )
    from {{ ref('stg_landing__data_sets') }}
),

breaks as (
    select * from {{ ref('known_recording_breaks') }}
    union all by name
    select * from named
)

select
    starts_on,
    force,
    crime_type,
    title,
    words
from breaks
where
    force in (select reported.force from {{ ref('int_types_reported') }} as reported)
    and force in (select areas.force from {{ ref('int_areas_reported') }} as areas)
order by starts_on, force, crime_type, title
