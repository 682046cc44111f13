-- Crimes per month, borough (or other place) and category, major and minor, in the borough release that counts.
select
    crimes.month,
    crimes.borough_code,
    crimes.borough,
    crimes.major_category,
    crimes.minor_category,
    months.is_complete,
    months.is_provisional,
    sum(crimes.crimes)::bigint as crimes
from {{ ref('stg_mps__borough_crimes') }} as crimes
inner join {{ ref('int_file_months_chosen') }} as months
    on months.thing = 'borough_crime' and crimes.source_file = months.source_file and crimes.month = months.month
where crimes.crimes is not null
group by all
