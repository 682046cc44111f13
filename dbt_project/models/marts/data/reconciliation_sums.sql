-- Files by small area compared with files by borough over the newest twelve months of both, and where the difference is: for
-- all crime, per category and per borough.
with bounds as (
    select
        max(month) as last_month,
        greatest(max(month) - interval 11 months, min(month))::date as first_month
    from {{ ref('borough_reconciliations') }}
    where lsoa_crimes is not null
),

parts as (
    select
        coalesce(counted.borough_name, 'Unknown') as borough_name,
        counted.major_category,
        bounds.first_month,
        bounds.last_month,
        coalesce(counted.borough_crimes, 0) as crimes,
        case when counted.is_in_lsoa_files then coalesce(counted.lsoa_crimes, 0) else 0 end as in_areas,
        case when counted.is_in_lsoa_files then 0 else coalesce(counted.borough_crimes, 0) end as not_published
    from {{ ref('borough_reconciliations') }} as counted
    inner join bounds on counted.month between bounds.first_month and bounds.last_month
)

select
    case
        when grouping(borough_name) = 0 then 'borough'
        when grouping(major_category) = 0 then 'category'
        else 'all'
    end as grouped_by,
    coalesce(borough_name, major_category, 'All boroughs') as group_name,
    min(first_month) as first_month,
    max(last_month) as last_month,
    sum(crimes)::bigint as crimes,
    sum(in_areas)::bigint as in_areas,
    sum(not_published)::bigint as not_published,
    sum(crimes - in_areas - not_published)::bigint as without_place
from parts
group by grouping sets ((), (borough_name), (major_category))
having count(*) > 0
order by grouped_by, group_name
