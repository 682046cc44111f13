-- All figures published for LSOAs of 2021, by their own code: one row per code that leads to an area of the data set. (The
-- linter takes the names behind `exclude` for unqualified references.)
{% set classes = [
    'higher_managers', 'lower_managers', 'intermediate', 'small_employers', 'lower_supervisory', 'semi_routine', 'routine',
    'never_worked', 'students'
] %}
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

-- Only for the fairness table.
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
    classes.residents_16_plus,
    {%- for class in classes %}
    {{ percentage('classes.' ~ class, 'classes.residents_16_plus') }} as {{ class }}_pct,
    {%- endfor %}
    households.* exclude (lsoa_code), -- noqa: RF02
    industries.* exclude (lsoa_code), -- noqa: RF02
    travels.* exclude (lsoa_code), -- noqa: RF02
    origins.* exclude (lsoa_code), -- noqa: RF02
    qualifications.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    hours.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    -- Columns that the census of 2011 also has, under the names of int_census_2011_shared.
    {{ percentage('ages.aged_0_to_4 + ages.aged_5_to_9 + ages.aged_10_to_14', 'ages.residents') }} as aged_0_to_14_pct,
    {{ percentage('ages.aged_15_to_19', 'ages.residents') }} as aged_15_to_19_pct,
    {{ percentage('ages.aged_20_to_24 + ages.aged_25_to_29', 'ages.residents') }} as aged_20_to_29_pct,
    {{ percentage('ages.aged_30_to_34 + ages.aged_35_to_39 + ages.aged_40_to_44', 'ages.residents') }} as aged_30_to_44_pct,
    {{ percentage(
        'ages.aged_65_to_69 + ages.aged_70_to_74 + ages.aged_75_to_79 + ages.aged_80_to_84 + ages.aged_85_plus', 'ages.residents'
    ) }} as aged_65_plus_pct,
    {{ percentage('cars.without_car', 'cars.households') }} as households_without_car_pct,
    {{ percentage(
        'activities.unemployed + activities.students_unemployed', 'activities.residents_16_plus'
    ) }} as unemployed_pct,
    {{ percentage('activities.employers + activities.self_employed', 'activities.residents_16_plus') }} as self_employed_pct,
    {{ percentage('activities.looking_after_home', 'activities.residents_16_plus') }} as looking_after_home_pct,
    {{ percentage(
        'compositions.married_with_children + compositions.cohabiting_with_children', 'compositions.households'
    ) }} as couples_with_children_pct,
    {{ percentage('compositions.lone_parents', 'compositions.households') }} as lone_parents_pct,
    {{ percentage('compositions.one_person', 'compositions.households') }} as one_person_households_pct,
    {{ percentage('homes.detached', 'homes.households') }} as detached_homes_pct,
    {{ percentage(
        'homes.purpose_built_flats + homes.flats_in_houses + homes.flats_in_conversions'
        ~ ' + homes.flats_in_commercial_buildings', 'homes.households'
    ) }} as flats_pct,
    no2.no2_ug_m3,
    deprivations.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    indicators.* exclude (lsoa_code, source_file, row_number), -- noqa: RF02
    {{ percentage('activities.in_employment', 'activities.residents_16_plus') }} as in_employment_pct,
    unemployment.unemployment_pct
from codes
left join {{ ref('stg_ons__ns_sec_classes') }} as classes on codes.lsoa21_code = classes.lsoa_code
left join {{ ref('int_households_pivoted') }} as households on codes.lsoa21_code = households.lsoa_code
left join {{ ref('int_industries_pivoted') }} as industries on codes.lsoa21_code = industries.lsoa_code
left join travels on codes.lsoa21_code = travels.lsoa_code
left join origins on codes.lsoa21_code = origins.lsoa_code
left join {{ ref('stg_ons__qualifications') }} as qualifications on codes.lsoa21_code = qualifications.lsoa_code
left join {{ ref('stg_ons__hours_worked') }} as hours on codes.lsoa21_code = hours.lsoa_code
left join {{ ref('stg_ons__ages') }} as ages on codes.lsoa21_code = ages.lsoa_code
left join {{ ref('stg_ons__cars') }} as cars on codes.lsoa21_code = cars.lsoa_code
left join {{ ref('stg_ons__household_compositions') }} as compositions on codes.lsoa21_code = compositions.lsoa_code
left join {{ ref('stg_ons__accommodations') }} as homes on codes.lsoa21_code = homes.lsoa_code
left join {{ ref('stg_gla__no2_means') }} as no2 on codes.lsoa21_code = no2.lsoa_code
left join {{ ref('stg_mhclg__deprivations') }} as deprivations on codes.lsoa21_code = deprivations.lsoa_code
left join {{ ref('stg_mhclg__deprivation_indicators') }} as indicators on codes.lsoa21_code = indicators.lsoa_code
left join {{ ref('stg_nomis__economic_activities') }} as activities on codes.lsoa21_code = activities.lsoa_code
left join {{ ref('stg_nomis__unemployment_rates') }} as unemployment on codes.lsoa21_code = unemployment.lsoa_code
