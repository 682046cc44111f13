-- Tables of Census 2011 as per cent, per LSOA of 2011. Columns that are also in the tables of 2021 have the same names.
with hours as (
    select
        lsoa11_code,
        workers,
        men_up_to_15_hours + women_up_to_15_hours as up_to_15_hours,
        men_16_to_30_hours + women_16_to_30_hours as from_16_to_30_hours,
        men_31_to_48_hours + women_31_to_48_hours as from_31_to_48_hours,
        men_49_plus_hours + women_49_plus_hours as from_49_hours
    from {{ ref('stg_ons__hours_worked_2011') }}
),

-- Only codes that lead to an area of the data set: the downloads include other regions.
codes as (
    select distinct source_code as lsoa11_code
    from {{ ref('int_area_links_weighted') }}
    where source_vintage = '2011'
)

select
    codes.lsoa11_code,
    -- age
    {{ percentage(
        'ages.aged_0_to_4 + ages.aged_5_to_7 + ages.aged_8_to_9 + ages.aged_10_to_14', 'ages.residents'
    ) }} as aged_0_to_14_pct,
    {{ percentage('ages.aged_15 + ages.aged_16_to_17 + ages.aged_18_to_19', 'ages.residents') }} as aged_15_to_19_pct,
    {{ percentage('ages.aged_20_to_24 + ages.aged_25_to_29', 'ages.residents') }} as aged_20_to_29_pct,
    {{ percentage('ages.aged_30_to_44', 'ages.residents') }} as aged_30_to_44_pct,
    {{ percentage(
        'ages.aged_65_to_74 + ages.aged_75_to_84 + ages.aged_85_to_89 + ages.aged_90_plus', 'ages.residents'
    ) }} as aged_65_plus_pct,
    -- work
    {{ percentage('activities.unemployed', 'activities.residents_16_to_74') }} as unemployed_pct,
    {{ percentage(
        'activities.part_time_employers + activities.full_time_employers + activities.part_time_self_employed'
        ~ ' + activities.full_time_self_employed', 'activities.residents_16_to_74'
    ) }} as self_employed_pct,
    {{ percentage('activities.looking_after_home', 'activities.residents_16_to_74') }} as looking_after_home_pct,
    {{ percentage('hours.up_to_15_hours', 'hours.workers') }} as works_up_to_15_hours_pct,
    {{ percentage('hours.from_16_to_30_hours', 'hours.workers') }} as works_16_to_30_hours_pct,
    {{ percentage('hours.from_31_to_48_hours', 'hours.workers') }} as works_31_to_48_hours_pct,
    {{ percentage('hours.from_49_hours', 'hours.workers') }} as works_49_plus_hours_pct,
    -- qualifications
    {%- for level in [
        'no_qualifications', 'level_1', 'level_2', 'apprenticeship', 'level_3', 'level_4_plus', 'other_qualifications'
    ] %}
    {{ percentage('qualifications.' ~ level, 'qualifications.residents_16_plus') }} as {{ level }}_pct,
    {%- endfor %}
    -- homes
    tenures.households,
    {{ percentage('tenures.owned_outright + tenures.mortgaged', 'tenures.households') }} as owned_pct,
    {{ percentage('tenures.owned_outright', 'tenures.households') }} as owned_outright_pct,
    {{ percentage('tenures.mortgaged', 'tenures.households') }} as mortgaged_pct,
    {{ percentage('tenures.shared_ownership', 'tenures.households') }} as shared_ownership_pct,
    {{ percentage('tenures.council_rented + tenures.other_social_rented', 'tenures.households') }} as social_rented_pct,
    {{ percentage('tenures.council_rented', 'tenures.households') }} as council_rented_pct,
    {{ percentage('tenures.other_social_rented', 'tenures.households') }} as other_social_rented_pct,
    {{ percentage('tenures.private_landlord + tenures.other_private_rented', 'tenures.households') }} as private_rented_pct,
    {{ percentage('tenures.rent_free', 'tenures.households') }} as rent_free_pct,
    {{ percentage('cars.without_car', 'cars.households') }} as households_without_car_pct
from codes
left join {{ ref('stg_ons__ages_2011') }} as ages on codes.lsoa11_code = ages.lsoa11_code
left join {{ ref('stg_ons__economic_activities_2011') }} as activities on codes.lsoa11_code = activities.lsoa11_code
left join hours on codes.lsoa11_code = hours.lsoa11_code
left join {{ ref('stg_ons__qualifications_2011') }} as qualifications on codes.lsoa11_code = qualifications.lsoa11_code
left join {{ ref('stg_ons__tenures_2011') }} as tenures on codes.lsoa11_code = tenures.lsoa11_code
left join {{ ref('stg_ons__cars_2011') }} as cars on codes.lsoa11_code = cars.lsoa11_code
