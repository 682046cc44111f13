-- Police officers per borough and month, over all teams and ranks of the file; sums of decimals are exact.
select
    strengths.borough_code,
    coalesce(any_value(boroughs.borough_name), any_value(strengths.borough_name)) as borough_name,
    strengths.month,
    count(strengths.officers) as strengths,
    count(*) as of_strengths,
    case when count(strengths.officers) = count(*) then sum(strengths.officers::decimal(18, 6))::double end as officers
from {{ ref('stg_mps__officers') }} as strengths
left join {{ ref('boroughs') }} as boroughs on strengths.borough_code = boroughs.borough_code
where strengths.month is not null
group by strengths.borough_code, case when strengths.borough_code is null then strengths.borough_name end, strengths.month
order by all
