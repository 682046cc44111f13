-- Every score of the models. Of an explain model on unseen boroughs the mean over the ways in which folds were drawn, which is
-- one until the wider evaluation has tried others; its ranges are those of the published folds.
with explained as (
    select
        *,
        0::bigint as fold_seed,
        metric like 'coverage%' or metric like 'interval%' as is_of_ranges
    from {{ source('models', 'explain_scores') }}
),

seeds as (
    select
        * exclude (split, is_of_ranges),
        split || '_seed' as split
    from explained
    where not is_of_ranges
    union all by name
    select * from {{ source('models', 'evaluation_reach') }}
    where split = 'borough_folds_seed'
),

headline as (
    select
        crime_type,
        model,
        replace(split, '_seed', '') as split,
        metric,
        baseline,
        avg(value) as value,
        avg(baseline_value) as baseline_value,
        count(*) as fold_seeds
    from seeds
    group by all
),

scores as (
    select * from headline
    union all by name
    select * from seeds
    union all by name
    select * from {{ source('models', 'evaluation_reach') }}
    where split != 'borough_folds_seed'
    union all by name
    select * exclude (fold_seed, is_of_ranges) from explained
    where is_of_ranges
    union all by name
    select * from {{ source('models', 'forecast_year_scores') }}
    union all by name
    select * from {{ source('models', 'forecast_month_scores') }}
    union all by name
    select * from {{ source('models', 'evaluation_scores') }}
)

-- Models name a borough's score by its code: coverage_90_E09000002.
select
    crime_type,
    model,
    split,
    fold_seed::integer as fold_seed,
    fold_seeds::integer as fold_seeds,
    regexp_replace(metric, '_[A-Z][0-9]{8}$', '') as metric,
    nullif(regexp_extract(metric, '_([A-Z][0-9]{8})$', 1), '') as borough_code,
    value,
    baseline,
    baseline_value
from scores
