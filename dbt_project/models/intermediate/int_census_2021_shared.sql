-- Tables of Census 2021 that an older census has too, as per cent, per LSOA of 2021, under the names of int_census_2011_shared.
with codes as (
    select distinct source_code as lsoa21_code
    from {{ ref('int_area_links_weighted') }}
    where source_vintage = '2021'
)

select
    codes.lsoa21_code,
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
    ) }} as flats_pct
from codes
left join {{ ref('stg_ons__ages') }} as ages on codes.lsoa21_code = ages.lsoa_code
left join {{ ref('stg_ons__cars') }} as cars on codes.lsoa21_code = cars.lsoa_code
left join {{ ref('stg_nomis__economic_activities') }} as activities on codes.lsoa21_code = activities.lsoa_code
left join {{ ref('stg_ons__household_compositions') }} as compositions on codes.lsoa21_code = compositions.lsoa_code
left join {{ ref('stg_ons__accommodations') }} as homes on codes.lsoa21_code = homes.lsoa_code
