-- What had become of each crime type's crimes of a force's newest twelve months, all its places together.
with newest as (
    select
        force,
        max(month) as last_month
    from {{ ref('outcomes') }}
    group by force
),

counted as (
    select
        outcomes.force,
        newest.last_month,
        outcomes.crime_type,
        max(outcomes.known_to) as known_to,
        {% for kind in ('no_suspect', 'not_prosecuted', 'action_taken', 'open', 'unknown') %}
        sum(outcomes.{{ kind }}) as {{ kind }},
        {% endfor %}
        sum(outcomes.crimes) as crimes
    from {{ ref('outcomes') }} as outcomes
    inner join newest on outcomes.force = newest.force
    where outcomes.month > newest.last_month - interval 12 months
    group by outcomes.force, newest.last_month, outcomes.crime_type
),

months as (
    select
        outcomes.force,
        count(distinct outcomes.month) as months
    from {{ ref('outcomes') }} as outcomes
    inner join newest on outcomes.force = newest.force
    where outcomes.month > newest.last_month - interval 12 months
    group by outcomes.force
)

select
    counted.force,
    counted.crime_type,
    counted.last_month,
    months.months,
    case
        when months.months = 12 then {{ year_label('counted.last_month') }}
        else months.months || ' of the ' || {{ year_label('counted.last_month') }}
    end as period_label,
    counted.known_to,
    {% for kind in ('no_suspect', 'not_prosecuted', 'action_taken', 'open', 'unknown') %}
    {{ percentage('counted.' ~ kind, 'counted.crimes') }} as {{ kind }}_pct,
    {% endfor %}
    round(counted.crimes, 6) as crimes
from counted
inner join months on counted.force = months.force
order by counted.force, counted.crime_type
