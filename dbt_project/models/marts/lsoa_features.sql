-- The table that people and models read: one row per area, crimes of the chosen year beside what the area is like.
-- A crime type needs a row in the seed and its column in the YAML; no SQL changes.
{% set crime_columns = [] %}
{% for column in model.columns if column.startswith('crimes_') %}{% do crime_columns.append(column) %}{% endfor %}
with years as (
    select year_ending from {{ ref('int_years_chosen') }}
),

crimes as (
    select
        {%- for column in crime_columns %}
        max(counted.crimes) filter (where counted.crime_type = '{{ column[7:] }}') as {{ column }},
        {%- endfor %}
        counted.lsoa_code
    from {{ ref('int_area_years_counted') }} as counted
    inner join years on counted.year_ending = years.year_ending
    group by counted.lsoa_code
)

select
    lsoas.lsoa_code,
    years.year_ending,
    -- crimes of the year
    {%- for column in crime_columns %}
    crimes.{{ column }},
    {%- endfor %}
    -- people and land
    residents.residents::double as residents,
    residents.people_per_km2,
    residents.population_change_pct,
    lsoas.area_km2,
    measured.perimeter_km,
    distances.centre_distance_km,
    converted.residential_land_pct,
    -- pubs
    points.pubs,
    points.pubs_msoa,
    {{ rate('points.pubs', 'lsoas.area_km2') }} as pubs_per_km2,
    {{ rate('points.pubs', 'residents.residents', 1000) }} as pubs_per_1000,
    points.pubs_within_250m,
    distances.pub_distance_m,
    -- venues and stations
    points.venues,
    {{ rate('points.venues', 'lsoas.area_km2') }} as venues_per_km2,
    points.venues_within_250m,
    points.nightclubs,
    points.nightclubs_within_250m,
    points.music_venues,
    points.music_venues_within_250m,
    points.lgbt_venues,
    points.lgbt_venues_within_250m,
    points.theatres,
    points.theatres_within_250m,
    points.cinemas,
    points.cinemas_within_250m,
    points.stations,
    points.stations_within_250m,
    distances.station_distance_m,
    distances.nightclub_distance_m,
    converted.ptal_index,
    -- places
    places.education_places::double as education_places,
    places.emergency_places::double as emergency_places,
    places.entertainment_places::double as entertainment_places,
    places.food_places::double as food_places,
    places.leisure_places::double as leisure_places,
    places.parking_places::double as parking_places,
    places.shopping_places::double as shopping_places,
    places.public_transport_places::double as public_transport_places,
    -- employment (NS-SEC)
    classes.residents_16_plus::double as residents_16_plus,
    classes.higher_managers_pct,
    classes.lower_managers_pct,
    classes.intermediate_pct,
    classes.small_employers_pct,
    classes.lower_supervisory_pct,
    classes.semi_routine_pct,
    classes.routine_pct,
    classes.never_worked_pct,
    classes.students_pct,
    -- work
    hours.works_up_to_15_hours_pct,
    hours.works_16_to_30_hours_pct,
    hours.works_31_to_48_hours_pct,
    hours.works_49_plus_hours_pct,
    industries.in_work_pct,
    industries.agriculture_energy_water_pct,
    industries.manufacturing_pct,
    industries.construction_pct,
    industries.distribution_hotels_pct,
    industries.transport_communication_pct,
    industries.finance_professional_pct,
    industries.public_services_pct,
    industries.other_industries_pct,
    -- qualifications
    qualifications.no_qualifications_pct,
    qualifications.level_1_pct,
    qualifications.level_2_pct,
    qualifications.apprenticeship_pct,
    qualifications.level_3_pct,
    qualifications.level_4_plus_pct,
    qualifications.other_qualifications_pct,
    -- homes
    households.households::double as households,
    {{ rate('residents.residents', 'households.households') }} as people_per_household,
    households.owned_pct,
    households.owned_outright_pct,
    households.mortgaged_pct,
    households.shared_ownership_pct,
    households.social_rented_pct,
    households.council_rented_pct,
    households.other_social_rented_pct,
    households.private_rented_pct,
    households.rent_free_pct,
    households.not_deprived_pct,
    households.deprived_in_one_pct,
    households.deprived_in_two_pct,
    households.deprived_in_three_pct,
    households.deprived_in_four_pct,
    -- money and air
    converted.household_income_gbp,
    converted.house_price_gbp,
    no2.no2_ug_m3,
    -- deprivation
    deprivations.income_deprivation_pct,
    deprivations.employment_deprivation_pct,
    deprivations.education_score,
    deprivations.health_score,
    deprivations.housing_barriers_score,
    deprivations.living_environment_score,
    deprivations.children_and_young_people_score,
    deprivations.adult_skills_score,
    deprivations.geographical_barriers_score,
    deprivations.wider_barriers_score,
    deprivations.indoors_score,
    deprivations.outdoors_score,
    indicators.overcrowded_by_rooms_pct,
    indicators.overcrowded_by_bedrooms_pct,
    indicators.connectivity_score,
    indicators.housing_affordability_score,
    indicators.homelessness_per_1000,
    indicators.patients_per_gp,
    indicators.acute_morbidity_ratio,
    indicators.illness_and_disability_ratio,
    indicators.mental_health_score,
    indicators.years_of_life_lost,
    indicators.no_higher_education_entry_pct,
    -- context: never a feature
    deprivations.imd_score,
    deprivations.imd_decile::double as imd_decile,
    deprivations.crime_score,
    deprivations.crime_decile::double as crime_decile,
    deprivations.income_decile::double as income_decile,
    deprivations.employment_decile::double as employment_decile,
    deprivations.education_decile::double as education_decile,
    deprivations.health_decile::double as health_decile,
    deprivations.housing_barriers_decile::double as housing_barriers_decile,
    deprivations.living_environment_decile::double as living_environment_decile,
    deprivations.children_and_young_people_decile::double as children_and_young_people_decile,
    deprivations.adult_skills_decile::double as adult_skills_decile,
    deprivations.geographical_barriers_decile::double as geographical_barriers_decile,
    deprivations.wider_barriers_decile::double as wider_barriers_decile,
    deprivations.indoors_decile::double as indoors_decile,
    deprivations.outdoors_decile::double as outdoors_decile,
    officers.officers_per_1000
from {{ ref('lsoas') }} as lsoas
cross join years
left join crimes on lsoas.lsoa_code = crimes.lsoa_code
left join {{ ref('int_residents_counted') }} as residents on lsoas.lsoa_code = residents.lsoa_code
left join {{ ref('int_areas_measured') }} as measured on lsoas.lsoa_code = measured.lsoa_code
left join {{ ref('int_distances_measured') }} as distances on lsoas.lsoa_code = distances.lsoa_code
left join {{ ref('int_venues_pivoted') }} as points on lsoas.lsoa_code = points.lsoa_code
left join {{ ref('int_lsoa11_values_converted') }} as converted on lsoas.lsoa_code = converted.lsoa_code
left join {{ ref('int_classes_converted') }} as classes on lsoas.lsoa_code = classes.lsoa_code
left join {{ ref('int_households_pivoted') }} as households on lsoas.lsoa_code = households.lsoa_code
left join {{ ref('int_industries_pivoted') }} as industries on lsoas.lsoa_code = industries.lsoa_code
left join {{ ref('int_officers_averaged') }} as officers on lsoas.borough_code = officers.borough_code
left join {{ ref('stg_ons__qualifications') }} as qualifications on lsoas.lsoa_code = qualifications.lsoa_code
left join {{ ref('stg_ons__hours_worked') }} as hours on lsoas.lsoa_code = hours.lsoa_code
left join {{ ref('stg_osm__places') }} as places on lsoas.lsoa_code = places.lsoa_code
left join {{ ref('stg_gla__no2_means') }} as no2 on lsoas.lsoa_code = no2.lsoa_code
left join {{ ref('stg_mhclg__deprivations') }} as deprivations on lsoas.lsoa_code = deprivations.lsoa_code
left join {{ ref('stg_mhclg__deprivation_indicators') }} as indicators on lsoas.lsoa_code = indicators.lsoa_code
order by lsoas.lsoa_code
