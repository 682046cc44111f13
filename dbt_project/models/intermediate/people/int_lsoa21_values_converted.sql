-- All figures published for LSOAs of 2021, on the areas of the data set.
{% set counts = [
    'residents_16_plus', 'households'
] %}
{% set means = [
    'aged_0_to_14_pct', 'aged_15_to_19_pct', 'aged_20_to_29_pct', 'aged_30_to_44_pct', 'aged_65_plus_pct',
    'households_without_car_pct', 'unemployed_pct', 'self_employed_pct', 'looking_after_home_pct',
    'couples_with_children_pct', 'lone_parents_pct', 'one_person_households_pct', 'detached_homes_pct', 'flats_pct',
    'higher_managers_pct', 'lower_managers_pct', 'intermediate_pct', 'small_employers_pct', 'lower_supervisory_pct',
    'semi_routine_pct', 'routine_pct', 'never_worked_pct', 'students_pct', 'works_up_to_15_hours_pct',
    'works_16_to_30_hours_pct', 'works_31_to_48_hours_pct', 'works_49_plus_hours_pct', 'in_work_pct',
    'agriculture_energy_water_pct', 'manufacturing_pct', 'construction_pct', 'distribution_hotels_pct',
    'transport_communication_pct', 'finance_professional_pct', 'public_services_pct', 'other_industries_pct',
    'no_qualifications_pct', 'level_1_pct', 'level_2_pct', 'apprenticeship_pct', 'level_3_pct', 'level_4_plus_pct',
    'other_qualifications_pct', 'owned_pct', 'owned_outright_pct', 'mortgaged_pct', 'shared_ownership_pct',
    'social_rented_pct', 'council_rented_pct', 'other_social_rented_pct', 'private_rented_pct', 'rent_free_pct',
    'not_deprived_pct', 'deprived_in_one_pct', 'deprived_in_two_pct', 'deprived_in_three_pct', 'deprived_in_four_pct',
    'commute_home_pct', 'commute_underground_pct', 'commute_train_pct', 'commute_bus_pct', 'commute_car_pct',
    'commute_bicycle_pct', 'commute_foot_pct', 'ethnic_white_pct', 'ethnic_mixed_pct', 'ethnic_asian_pct',
    'ethnic_black_pct', 'ethnic_other_pct', 'in_employment_pct', 'unemployment_pct', 'no2_ug_m3',
    'income_deprivation_pct', 'employment_deprivation_pct', 'education_score', 'health_score',
    'housing_barriers_score', 'living_environment_score', 'children_and_young_people_score', 'adult_skills_score',
    'geographical_barriers_score', 'wider_barriers_score', 'indoors_score', 'outdoors_score', 'imd_score',
    'crime_score', 'imd_decile', 'crime_decile', 'income_decile', 'employment_decile', 'education_decile',
    'health_decile', 'housing_barriers_decile', 'living_environment_decile', 'children_and_young_people_decile',
    'adult_skills_decile', 'geographical_barriers_decile', 'wider_barriers_decile', 'indoors_decile',
    'outdoors_decile', 'overcrowded_by_rooms_pct', 'overcrowded_by_bedrooms_pct', 'connectivity_score',
    'housing_affordability_score', 'homelessness_per_1000', 'patients_per_gp', 'acute_morbidity_ratio',
    'illness_and_disability_ratio', 'mental_health_score', 'years_of_life_lost', 'no_higher_education_entry_pct',
    'noisy_pct', 'nitrogen_dioxide_ratio'
] %}
{{ on_base_areas(ref('int_lsoa21_values_joined'), 'lsoa21_code', 2021, means, counts) }}
