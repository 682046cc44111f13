-- The place that the figures of a crime type cover in the chosen year: the whole place, or the boroughs that have figures. Also
-- in words: which of them lack late months, and whose figures are not from the usual files.
with data_sets as (
    select coalesce(max(place), '{{ var("place") }}') as place
    from {{ ref('stg_landing__data_sets') }}
),

fallbacks as (
    select force
    from {{ ref('int_crime_sources_chosen') }}
    where source_key = 'police_uk/street_crime'
),

counted as (
    select
        crime_type,
        count(*)::integer as boroughs,
        count(*) filter (where is_spoken_of)::integer as boroughs_reported,
        coalesce(sum(areas) filter (where is_spoken_of), 0)::integer as areas_reported,
        coalesce(list(borough_name order by borough_name) filter (where is_spoken_of), []) as borough_names,
        coalesce(list(borough_name order by borough_name) filter (where not is_spoken_of), []) as other_names,
        coalesce(list(borough_name order by borough_name) filter (where is_spoken_of and not has_year), []) as late_names,
        bool_or(has_year) as has_year,
        coalesce(list(borough_code order by borough_name) filter (where is_spoken_of), []) as codes
    from {{ ref('int_boroughs_reported') }}
    group by crime_type
),

-- Forces of several boroughs, of a quarter of the areas, or among three and more, where the main one has no files of small
-- areas.
whole as (
    select count(*) as forces
    from (
        select force
        from {{ ref('int_boroughs_reported') }}
        where is_spoken_of and exists (select 1 from fallbacks)
        group by force
        qualify
            count(distinct borough_code) > 1
            or count(*) over () > 2
            or 4 * sum(areas) >= sum(sum(areas)) over ()
    ) as found
),

forces as (
    select
        crime_type,
        force
    from {{ ref('int_boroughs_reported') }}
    where is_spoken_of
    group by crime_type, force
    qualify row_number() over (partition by crime_type order by sum(areas) desc, force asc) = 1
)

select
    counted.crime_type,
    case
        when counted.boroughs_reported in (0, counted.boroughs) then data_sets.place
        when counted.boroughs_reported <= 3 then {{ join_names('counted.borough_names') }}
        when counted.boroughs - counted.boroughs_reported <= 2
            then data_sets.place || ' without ' || {{ join_names('counted.other_names') }}
        else counted.boroughs_reported || ' of ' || counted.boroughs || ' ' || data_sets.place || ' boroughs'
    end as place,
    counted.boroughs,
    counted.boroughs_reported,
    counted.areas_reported,
    array_to_string(counted.codes, '; ') as borough_codes,
    array_to_string(counted.borough_names, '; ') as borough_names,
    counted.boroughs_reported = counted.boroughs as is_whole,
    forces.force,
    case
        when counted.has_year and len(counted.late_names) > 0
            then
                {{ join_names('counted.late_names') }} || case len(counted.late_names) when 1 then ' is' else ' are' end
                || ' not included: some months of the year are not reported there.'
        else ''
    end as late_note,
    case
        when whole.forces > 1
            then
                'Figures are from street-level files of data.police.uk, not from the forces’ own files of small areas: '
                || 'violence includes sexual offences, and places are approximate.'
        when forces.force in (select fallbacks.force from fallbacks)
            then
                'Figures of ' || {{ force_words('forces.force') }} || ' are from street-level files of data.police.uk, not '
                || 'from its own files of small areas: violence includes sexual offences, and places are approximate.'
        else ''
    end as source_note
from counted
cross join data_sets
cross join whole
left join forces on counted.crime_type = forces.crime_type
order by counted.areas_reported desc, counted.crime_type asc
