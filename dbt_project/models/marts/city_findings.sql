-- What the newest year says of all areas together, per crime type: how many crimes, how few places have them, and how well the
-- explain model finds those. Areas with the same figure are taken in the order of their codes.
with chosen as (
    select year_ending from {{ ref('int_years_chosen') }}
),

explained as (
    select
        predictions.lsoa_code,
        predictions.crime_type,
        predictions.predicted,
        predictions.lower_90,
        predictions.upper_90
    from {{ ref('lsoa_predictions') }} as predictions
    where predictions.model = 'explain' and predictions.is_current
),

figures as (
    select
        years.crime_type,
        years.lsoa_code,
        years.crimes,
        before.crimes as crimes_before,
        features.residents,
        explained.predicted,
        explained.lower_90,
        explained.upper_90,
        row_number() over (partition by years.crime_type order by years.crimes desc nulls last, years.lsoa_code asc) as place,
        row_number() over compared as place_compared,
        row_number() over predicted_first as place_predicted,
        count(*) filter (where explained.predicted is not null and years.crimes is not null) over whole as areas_compared,
        avg(years.crimes) over whole as crimes_mean,
        count(years.crimes) over whole as areas_reported
    from {{ ref('lsoa_years') }} as years
    inner join chosen on years.year_ending = chosen.year_ending
    inner join {{ ref('lsoa_features') }} as features on years.lsoa_code = features.lsoa_code
    left join {{ ref('lsoa_years') }} as before
        on
            years.lsoa_code = before.lsoa_code and years.crime_type = before.crime_type
            and before.year_ending < years.year_ending
    left join explained on years.lsoa_code = explained.lsoa_code and years.crime_type = explained.crime_type
    window
        whole as (partition by years.crime_type),
        compared as (
            partition by years.crime_type
            order by explained.predicted is null, years.crimes desc nulls last, years.lsoa_code
        ),
        predicted_first as (
            partition by years.crime_type
            order by years.crimes is null, explained.predicted desc nulls last, years.lsoa_code
        )
),

summed as (
    select
        crime_type,
        any_value(areas_reported)::integer as areas_reported,
        sum(crimes) as crimes,
        case when count(*) filter (where crimes is not null and crimes_before is null) = 0
            then sum(crimes_before) filter (where crimes is not null)
        end as crimes_before,
        any_value(crimes_mean) as crimes_mean,
        median(crimes) as crimes_median,
        1000 * sum(crimes) filter (where residents is not null)
        / nullif(sum(residents) filter (where crimes is not null), 0) as crimes_per_1000,
        median(1000 * crimes / nullif(residents, 0)) as crimes_per_1000_median,
        sum(crimes) filter (where place <= round_even(0.1 * areas_reported, 0)) as crimes_in_tenth,
        count(*) filter (where crimes >= 5 * crimes_mean and crimes > 0)::integer as areas_five_times,
        any_value(areas_compared) as areas_compared,
        count(*) filter (
            where place_compared <= round_even(0.1 * areas_compared, 0)
            and place_predicted <= round_even(0.1 * areas_compared, 0)
        ) as areas_found,
        100 * avg((crimes < lower_90 or crimes > upper_90)::integer) as outside_90_pct
    from figures
    group by crime_type
)

select
    summed.crime_type,
    chosen.year_ending,
    '12 months to ' || strftime(chosen.year_ending, '%B %Y') as period_label,
    summed.areas_reported > 0 and summed.areas_reported >= 0.5 * max(summed.areas_reported) over () as is_reported,
    summed.areas_reported,
    summed.crimes,
    summed.crimes_before,
    summed.crimes_mean,
    summed.crimes_median,
    summed.crimes_per_1000,
    summed.crimes_per_1000_median,
    case when summed.areas_reported >= 5 then 100 * summed.crimes_in_tenth / nullif(summed.crimes, 0) end as top_tenth_pct,
    summed.areas_five_times,
    case when summed.areas_compared >= 10 and summed.crimes > 0
        then 100 * summed.areas_found / round_even(0.1 * summed.areas_compared, 0)
    end as top_tenth_found_pct,
    summed.outside_90_pct
from summed
cross join chosen
order by summed.crime_type
