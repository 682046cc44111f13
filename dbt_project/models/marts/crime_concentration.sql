-- How crime of the newest year piles up over areas, those with most first: the curve of concentration, and the same in the order of
-- the explain model. Areas with the same figure are taken in the order of their codes.
with figures as (
    select
        years.crime_type,
        years.crimes,
        row_number() over most_first as areas,
        sum(years.crimes) over most_first as crimes_so_far,
        sum(years.crimes) over model_first as model_crimes_so_far,
        row_number() over model_first as model_areas,
        sum(years.crimes) over whole as crimes_of_all,
        count(*) over whole as areas_of_all,
        count(predictions.predicted) over whole as areas_predicted
    from {{ ref('lsoa_years') }} as years
    inner join {{ ref('int_years_chosen') }} as chosen on years.year_ending = chosen.year_ending
    left join {{ ref('lsoa_predictions') }} as predictions
        on
            years.lsoa_code = predictions.lsoa_code and years.crime_type = predictions.crime_type
            and predictions.model = 'explain' and predictions.is_current
    where years.crimes is not null
    window
        whole as (partition by years.crime_type),
        most_first as (
            partition by years.crime_type order by years.crimes desc, years.lsoa_code asc
            rows unbounded preceding
        ),
        model_first as (
            partition by years.crime_type order by predictions.predicted desc nulls last, years.lsoa_code asc
            rows unbounded preceding
        )
)

select
    recorded.crime_type,
    recorded.areas::integer as areas,
    100 * recorded.areas / recorded.areas_of_all::double as areas_pct,
    100 * recorded.crimes_so_far / recorded.crimes_of_all as crimes_pct,
    case when recorded.areas_predicted > 0 then 100 * modelled.model_crimes_so_far / recorded.crimes_of_all end as model_crimes_pct
from figures as recorded
inner join figures as modelled on recorded.crime_type = modelled.crime_type and recorded.areas = modelled.model_areas
where recorded.areas_of_all >= 10 and recorded.crimes_of_all > 0
order by recorded.crime_type, recorded.areas
