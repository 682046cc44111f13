-- The analysis table: one row per area, crimes of the chosen year and features of the area. A crime type needs a row in the
-- seed and its column in the YAML; no SQL changes.
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
    lsoas.area_name,
    lsoas.neighbourhood,
    lsoas.ward_name,
    lsoas.borough_name,
    years.year_ending,
    -- crimes of the year
    {%- for column in crime_columns %}
    crimes.{{ column }},
    {%- endfor %}
    -- people and land
    residents.residents::double as residents,
    residents.population_year::integer as residents_year,
    residents.people_per_km2,
    residents.population_change_pct,
    lsoas.area_km2,
    measured.perimeter_km,
    distances.centre_distance_km,
    chosen.residential_land_pct,
    parks.parks_pct,
    chosen.aged_0_to_14_pct,
    chosen.aged_15_to_19_pct,
    chosen.aged_20_to_29_pct,
    chosen.aged_30_to_44_pct,
    chosen.aged_65_plus_pct,
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
    passengers.passengers_million_within_250m,
    distances.nightclub_distance_m,
    chosen.ptal_index,
    chosen.good_transport_pct,
    chosen.police_counter_minutes,
    chosen.commute_home_pct,
    chosen.commute_underground_pct,
    chosen.commute_train_pct,
    chosen.commute_bus_pct,
    chosen.commute_car_pct,
    chosen.commute_bicycle_pct,
    chosen.commute_foot_pct,
    chosen.households_without_car_pct,
    -- places
    points.bars,
    points.bars_within_250m,
    points.food_places,
    points.food_places_within_250m,
    points.food_shops,
    points.hotels,
    points.hospitals_within_250m,
    chosen.workplaces_msoa,
    chosen.night_workplaces_msoa,
    chosen.night_workplaces_pct_msoa,
    -- employment (NS-SEC)
    chosen.residents_16_plus,
    chosen.higher_managers_pct,
    chosen.lower_managers_pct,
    chosen.intermediate_pct,
    chosen.small_employers_pct,
    chosen.lower_supervisory_pct,
    chosen.semi_routine_pct,
    chosen.routine_pct,
    chosen.never_worked_pct,
    chosen.students_pct,
    -- work
    chosen.works_up_to_15_hours_pct,
    chosen.works_16_to_30_hours_pct,
    chosen.works_31_to_48_hours_pct,
    chosen.works_49_plus_hours_pct,
    chosen.in_work_pct,
    chosen.agriculture_energy_water_pct,
    chosen.manufacturing_pct,
    chosen.construction_pct,
    chosen.distribution_hotels_pct,
    chosen.transport_communication_pct,
    chosen.finance_professional_pct,
    chosen.public_services_pct,
    chosen.other_industries_pct,
    chosen.in_employment_pct,
    chosen.unemployment_pct,
    chosen.unemployed_pct,
    chosen.self_employed_pct,
    chosen.looking_after_home_pct,
    chosen.claimants_pct,
    chosen.claimants_change_pp,
    -- qualifications
    chosen.no_qualifications_pct,
    chosen.level_1_pct,
    chosen.level_2_pct,
    chosen.apprenticeship_pct,
    chosen.level_3_pct,
    chosen.level_4_plus_pct,
    chosen.other_qualifications_pct,
    chosen.level_4_plus_change_pp,
    -- homes
    chosen.households,
    {{ rate('residents.residents', 'chosen.households') }} as people_per_household,
    chosen.owned_pct,
    chosen.owned_outright_pct,
    chosen.mortgaged_pct,
    chosen.shared_ownership_pct,
    chosen.social_rented_pct,
    chosen.council_rented_pct,
    chosen.other_social_rented_pct,
    chosen.private_rented_pct,
    chosen.rent_free_pct,
    chosen.private_rented_change_pp,
    chosen.couples_with_children_pct,
    chosen.lone_parents_pct,
    chosen.one_person_households_pct,
    chosen.empty_homes_pct,
    chosen.detached_homes_pct,
    chosen.flats_pct,
    chosen.house_sales_per_1000,
    chosen.not_deprived_pct,
    chosen.deprived_in_one_pct,
    chosen.deprived_in_two_pct,
    chosen.deprived_in_three_pct,
    chosen.deprived_in_four_pct,
    -- money and air
    chosen.household_income_gbp,
    chosen.house_price_gbp,
    chosen.no2_ug_m3,
    chosen.nitrogen_dioxide_ratio,
    chosen.noisy_pct,
    boroughs.weekly_pay_gbp_borough,
    boroughs.jobs_per_resident_borough,
    boroughs.workless_children_pct_borough,
    boroughs.pubs_and_bars_borough,
    -- deprivation
    chosen.income_deprivation_pct,
    chosen.employment_deprivation_pct,
    chosen.education_score,
    chosen.health_score,
    chosen.housing_barriers_score,
    chosen.living_environment_score,
    chosen.children_and_young_people_score,
    chosen.adult_skills_score,
    chosen.geographical_barriers_score,
    chosen.wider_barriers_score,
    chosen.indoors_score,
    chosen.outdoors_score,
    chosen.child_poverty_pct,
    chosen.older_poverty_pct,
    chosen.overcrowded_by_rooms_pct,
    chosen.overcrowded_by_bedrooms_pct,
    chosen.connectivity_score,
    chosen.housing_affordability_score,
    chosen.homelessness_per_1000,
    chosen.patients_per_gp,
    chosen.acute_morbidity_ratio,
    chosen.illness_and_disability_ratio,
    chosen.mental_health_score,
    chosen.years_of_life_lost,
    chosen.no_higher_education_entry_pct,
    -- context: never a feature
    chosen.imd_score,
    chosen.imd_decile,
    chosen.crime_score,
    chosen.crime_decile,
    chosen.income_decile,
    chosen.employment_decile,
    chosen.education_decile,
    chosen.health_decile,
    chosen.housing_barriers_decile,
    chosen.living_environment_decile,
    chosen.children_and_young_people_decile,
    chosen.adult_skills_decile,
    chosen.geographical_barriers_decile,
    chosen.wider_barriers_decile,
    chosen.indoors_decile,
    chosen.outdoors_decile,
    chosen.ethnic_white_pct,
    chosen.ethnic_mixed_pct,
    chosen.ethnic_asian_pct,
    chosen.ethnic_black_pct,
    chosen.ethnic_other_pct,
    chosen.deprivation_edition,
    boroughs.officers_per_1000
from {{ ref('lsoas') }} as lsoas
cross join years
left join crimes on lsoas.lsoa_code = crimes.lsoa_code
left join {{ ref('int_residents_counted') }} as residents
    on lsoas.lsoa_code = residents.lsoa_code and residents.is_current
left join {{ ref('int_areas_measured') }} as measured on lsoas.lsoa_code = measured.lsoa_code
left join {{ ref('int_distances_measured') }} as distances on lsoas.lsoa_code = distances.lsoa_code
left join {{ ref('int_points_counted') }} as points on lsoas.lsoa_code = points.lsoa_code
left join {{ ref('int_values_chosen') }} as chosen on lsoas.lsoa_code = chosen.lsoa_code
left join {{ ref('int_passengers_counted') }} as passengers on lsoas.lsoa_code = passengers.lsoa_code
left join {{ ref('int_parks_measured') }} as parks on lsoas.lsoa_code = parks.lsoa_code
left join {{ ref('int_boroughs_described') }} as boroughs on lsoas.borough_code = boroughs.borough_code
order by lsoas.lsoa_code
