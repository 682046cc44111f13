-- Boroughs named in titles, per crime type. A borough without any figure of all crime stops the build and names the missing
-- files, unless the data set is declared partial.
with data_sets as (
    select coalesce(bool_or(is_partial), false) as is_partial
    from {{ ref('stg_landing__data_sets') }}
),

missing as (
    select
        found.force,
        string_agg(found.borough_name, ', ' order by found.borough_name) as borough_names,
        coalesce(any_value(own.files), any_value(fallback.files)) as files
    from {{ ref('int_boroughs_counted') }} as found
    left join {{ ref('force_files') }} as own on found.force = own.force
    left join {{ ref('force_files') }} as fallback on fallback.force = 'any other force'
    where found.crime_type = 'total' and found.months_reported = 0 and not found.has_year
    group by found.force
),

refused as (
    select
        'boroughs on the map have no figures of all crime for the year to ' || strftime(any_value(chosen.year_ending), '%Y-%m')
        || ', so the rest is not published as the whole. '
        || string_agg(
            missing.force || ': ' || missing.borough_names || '. They would come from ' || missing.files || '. ', ''
            order by missing.force
        )
        || 'Run `make download`, or save the files of the landing page in the data folder, and run again. '
        || 'To publish the other boroughs alone, write `partial: true` into data_set.yml of the data folder.' as message
    from missing
    cross join {{ ref('int_years_chosen') }} as chosen
    cross join data_sets
    where not data_sets.is_partial
)

select
    found.borough_code,
    found.borough_name,
    found.areas,
    found.force,
    found.crime_type,
    found.months_reported,
    found.has_year,
    -- A force whose year lacks some late months is still included, unless the data set is partial.
    case
        when refused.message is not null then error(refused.message)
        else found.has_year or (found.months_reported > 0 and not data_sets.is_partial)
    end as is_spoken_of
from {{ ref('int_boroughs_counted') }} as found
cross join data_sets
left join refused on true
