-- People who work in each MSOA and borough. Boroughs are compared with each other: theirs is the census where it is here for all
-- areas, else each borough's jobs.
with neighbourhoods as (
    select
        areas.msoa_code,
        any_value(areas.borough_code) as borough_code,
        any_value(counted.workers)::double as workers
    from {{ ref('int_areas_chosen') }} as areas
    left join {{ ref('stg_ons__workplace_populations') }} as counted on areas.msoa_code = counted.msoa_code
    group by areas.msoa_code
),

boroughs as (
    select
        borough_code,
        case when bool_and(count(workers) = count(*)) over () then sum(workers) end as workers
    from neighbourhoods
    group by borough_code
)

select
    msoa_code as place_code,
    workers,
    'Census 2021' as workers_source
from neighbourhoods
where workers is not null
union all
select
    boroughs.borough_code as place_code,
    coalesce(boroughs.workers, profiles.jobs) as workers,
    case when boroughs.workers is null then 'jobs in 2014' else 'Census 2021' end as workers_source
from boroughs
left join {{ ref('stg_gla__borough_profiles') }} as profiles on boroughs.borough_code = profiles.borough_code
where coalesce(boroughs.workers, profiles.jobs) is not null
