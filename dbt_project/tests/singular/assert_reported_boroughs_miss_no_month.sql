-- A borough that is ever reported is reported in every covered month; a gap is the publisher's, stays NULL, and warns.
{{ config(severity='warn') }}
select
    borough_code,
    count(distinct month) filter (where is_reported) as months_reported,
    count(distinct month) as months_covered
from {{ ref('int_areas_reported') }}
group by borough_code
having count(distinct month) filter (where is_reported) between 1 and count(distinct month) - 1
