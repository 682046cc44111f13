-- One row per model of a crime type: what it publishes, whether it beats its baselines, and where it is weakest.
with scores as (
    select * from {{ ref('model_scores') }}
    where split in ('borough_folds', 'rolling_origin') and borough_code is null
),

published as (
    select
        crime_type,
        model,
        arg_max(published_as, period_end) as published_as
    from {{ ref('lsoa_predictions') }}
    where published_as is not null
    group by crime_type, model
),

scored as (
    select
        crime_type,
        model,
        any_value(value) filter (where metric = 'd2') as d2,
        any_value(value) filter (where metric = 'mae') as mae,
        any_value(value) filter (where metric = 'coverage_90') as coverage_90,
        100 * any_value(value) filter (where metric = 'residual_moran')
        / nullif(any_value(value) filter (where metric = 'target_moran'), 0) as pattern_left_pct,
        bool_and(coalesce(value > baseline_value, false)) filter (where metric = 'd2') as is_better_than_baselines,
        arg_max(baseline, baseline_value) filter (where metric = 'd2') as best_baseline,
        max(baseline_value) filter (where metric = 'd2') as best_baseline_d2
    from scores
    group by crime_type, model
),

lowest as (
    select
        scores.crime_type,
        scores.model,
        scores.value as lowest_coverage_90,
        boroughs.borough_name as lowest_borough_name
    from {{ ref('model_scores') }} as scores
    inner join {{ ref('boroughs') }} as boroughs on scores.borough_code = boroughs.borough_code
    where
        -- Of few areas, chance makes the share.
        boroughs.areas >= 50
        and scores.split in ('borough_folds', 'rolling_origin')
        and scores.metric = 'coverage_90'
        and scores.value is not null
    qualify row_number() over (
        partition by scores.crime_type, scores.model order by scores.value, scores.borough_code
    ) = 1
)

select
    coalesce(scored.crime_type, published.crime_type) as crime_type,
    coalesce(scored.model, published.model) as model,
    published.published_as,
    scored.d2,
    scored.mae,
    scored.coverage_90,
    scored.is_better_than_baselines,
    scored.best_baseline,
    scored.best_baseline_d2,
    scored.pattern_left_pct,
    lowest.lowest_coverage_90,
    lowest.lowest_borough_name
from scored
full outer join published on scored.crime_type = published.crime_type and scored.model = published.model
left join lowest on scored.crime_type = lowest.crime_type and scored.model = lowest.model
