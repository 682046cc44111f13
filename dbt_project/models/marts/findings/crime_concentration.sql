-- The concentration of the newest year's crime: the cumulative share over areas, those with most first, and in the order of the
-- explain model. Ties are in code order.
with figures as (
    select
        crime_type,
        row_number() over most_first as areas,
        sum(crimes) over most_first as crimes_so_far,
        row_number() over model_first as model_areas,
        sum(crimes) over model_first as model_crimes_so_far,
        sum(crimes) over whole as crimes_of_all,
        count(*) over whole as areas_of_all,
        count(predicted) over whole as areas_predicted
    from {{ ref('area_findings') }}
    where crimes is not null
    window
        whole as (partition by crime_type),
        most_first as (partition by crime_type order by crimes desc, lsoa_code asc rows unbounded preceding),
        model_first as (partition by crime_type order by predicted desc nulls last, lsoa_code asc rows unbounded preceding)
)

select
    recorded.crime_type,
    recorded.areas::integer as areas,
    100 * recorded.areas / recorded.areas_of_all::double as areas_pct,
    100 * recorded.crimes_so_far / recorded.crimes_of_all as crimes_pct,
    case when recorded.areas_predicted > 0 then 100 * modelled.model_crimes_so_far / recorded.crimes_of_all end
        as model_crimes_pct
from figures as recorded
inner join figures as modelled on recorded.crime_type = modelled.crime_type and recorded.areas = modelled.model_areas
where recorded.areas_of_all >= 10 and recorded.crimes_of_all > 0
order by recorded.crime_type, recorded.areas
