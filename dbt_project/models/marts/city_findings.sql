-- What the newest year says of all areas together, per crime type: the city's row of borough_changes, with how few places have most
-- of the crime, and how well the explain model finds those.
with areas as (
    select
        crime_type,
        crimes,
        avg(crimes) over (partition by crime_type) as crimes_mean
    from {{ ref('area_findings') }}
),

means as (
    select
        crime_type,
        any_value(crimes_mean) as crimes_mean,
        count(*) filter (where crimes >= 5 * crimes_mean and crimes > 0)::integer as areas_five_times
    from areas
    group by crime_type
)

select
    changes.crime_type,
    changes.year_ending,
    changes.period_label,
    changes.areas_reported > 0 and changes.areas_reported >= 0.5 * max(changes.areas_reported) over () as is_reported,
    changes.areas_reported::integer as areas_reported,
    changes.crimes,
    changes.crimes_before,
    means.crimes_mean,
    changes.median_crimes as crimes_median,
    changes.crimes_per_1000,
    changes.median_per_1000 as crimes_per_1000_median,
    changes.top_tenth_pct,
    means.areas_five_times,
    accuracy.found_pct as top_tenth_found_pct,
    100 - accuracy.in_range_pct as outside_90_pct
from {{ ref('borough_changes') }} as changes
inner join means on changes.crime_type = means.crime_type
left join {{ ref('borough_accuracy') }} as accuracy
    on changes.crime_type = accuracy.crime_type and changes.place_code = accuracy.place_code
where changes.is_city
order by changes.crime_type
