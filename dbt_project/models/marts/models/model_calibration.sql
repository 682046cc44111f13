-- Recorded against predicted crime of the newest year by the explain model, in ten groups of areas in order of prediction.
with ranked as (
    select
        crime_type,
        lsoa_code,
        crimes,
        predicted,
        count(*) over (partition by crime_type) as areas_known,
        ntile(10) over (partition by crime_type order by predicted, lsoa_code) as tenth
    from {{ ref('area_findings') }}
    where crimes is not null and predicted is not null
)

select
    crime_type,
    tenth::integer as tenth,
    count(*)::integer as areas,
    any_value(areas_known)::integer as areas_in_all,
    avg(predicted order by lsoa_code) as predicted,
    avg(crimes order by lsoa_code) as recorded,
    quantile_cont(crimes, 0.25) as recorded_25,
    quantile_cont(crimes, 0.75) as recorded_75
from ranked
where areas_known >= 10
group by crime_type, tenth
order by crime_type, tenth
