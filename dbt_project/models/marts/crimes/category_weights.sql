-- What a crime of a minor category weighs at least and at most: the lightest and the heaviest of the offences that it may hold.
-- Nothing is known of their mix, so there is no middle.
select
    patterns.minor_category,
    count(distinct weights.offence)::integer as offences,
    min(weights.weight) as lightest,
    max(weights.weight) as heaviest,
    arg_min(weights.offence, (weights.weight, weights.offence)) as lightest_offence,
    arg_max(weights.offence, (weights.weight, weights.offence)) as heaviest_offence
from {{ ref('harm_offences') }} as patterns
inner join {{ ref('stg_ons__offence_weights') }} as weights on lower(weights.offence) glob patterns.offence_pattern
where weights.weight is not null
group by patterns.minor_category
