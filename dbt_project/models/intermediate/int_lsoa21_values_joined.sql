-- Everything that is published for LSOAs of 2021, by its own code: one row per code that leads to an area of the data set.
-- (The linter takes the names behind `exclude` for unqualified references.)
{% set ways = {
    'home': 'home', 'underground': 'underground', 'train': 'train', 'bus': 'bus', 'car_driver': 'car', 'bicycle': 'bicycle',
    'foot': 'foot'
} %}
{% set groups = {
    'white': ['white_british', 'white_irish', 'white_traveller', 'white_roma', 'white_other'],
    'mixed': ['mixed_asian', 'mixed_african', 'mixed_caribbean', 'mixed_other'],
    'asian': ['bangladeshi', 'chinese', 'indian', 'pakistani', 'asian_other'],
    'black': ['black_african', 'black_caribbean', 'black_other'],
    'other': ['arab', 'other']
} %}
with codes as (
    select distinct source_code as lsoa21_code
    from {{ ref('int_area_links_weighted') }}
    where source_vintage = '2021'
),

travels as (
    select
        {%- for way, name in ways.items() %}
        {{ percentage(way, 'workers') }} as commute_{{ name }}_pct,
        {%- endfor %}
        lsoa_code
    from {{ ref('stg_ons__travels_to_work') }}
),

-- For the fairness table alone.
origins as (
    select
        {%- for group, parts in groups.items() %}
        {{ percentage(parts | join(' + '), 'residents') }} as ethnic_{{ group }}_pct,
        {%- endfor %}
        lsoa_code
    from {{ ref('stg_ons__ethnic_groups') }}
)

select
    codes.lsoa21_code,
    classes.* exclude (lsoa_code), -- noqa: RF02
    households.* exclude (lsoa_code), -- noqa: RF02
    industries.* exclude (lsoa_code), -- noqa: RF02
    travels.* exclude (lsoa_code), -- noqa: RF02
    origins.* exclude (lsoa_code), -- noqa: RF02
    qualifications.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    hours.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    census.* exclude (lsoa21_code), -- noqa: RF02
    no2.no2_ug_m3,
    deprivations.* exclude (lsoa_code, lsoa_name, borough_code, borough_name, source_file, row_number), -- noqa: RF02
    indicators.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    {{ percentage('activities.in_employment', 'activities.residents_16_plus') }} as in_employment_pct,
    unemployment.unemployment_pct
from codes
left join {{ ref('int_classes_converted') }} as classes on codes.lsoa21_code = classes.lsoa_code
left join {{ ref('int_households_pivoted') }} as households on codes.lsoa21_code = households.lsoa_code
left join {{ ref('int_industries_pivoted') }} as industries on codes.lsoa21_code = industries.lsoa_code
left join travels on codes.lsoa21_code = travels.lsoa_code
left join origins on codes.lsoa21_code = origins.lsoa_code
left join {{ ref('stg_ons__qualifications') }} as qualifications on codes.lsoa21_code = qualifications.lsoa_code
left join {{ ref('stg_ons__hours_worked') }} as hours on codes.lsoa21_code = hours.lsoa_code
left join {{ ref('int_census_2021_shared') }} as census on codes.lsoa21_code = census.lsoa21_code
left join {{ ref('stg_gla__no2_means') }} as no2 on codes.lsoa21_code = no2.lsoa_code
left join {{ ref('stg_mhclg__deprivations') }} as deprivations on codes.lsoa21_code = deprivations.lsoa_code
left join {{ ref('stg_mhclg__deprivation_indicators') }} as indicators on codes.lsoa21_code = indicators.lsoa_code
left join {{ ref('stg_nomis__economic_activities') }} as activities on codes.lsoa21_code = activities.lsoa_code
left join {{ ref('stg_nomis__unemployment_rates') }} as unemployment on codes.lsoa21_code = unemployment.lsoa_code
