-- All figures published for LSOAs of 2021, on the areas of the data set.
{% set counts = ['residents_16_plus', 'households'] %}
{% set means = edition_means() + [
    'higher_managers_pct', 'lower_managers_pct', 'intermediate_pct', 'small_employers_pct', 'lower_supervisory_pct',
    'semi_routine_pct', 'routine_pct', 'never_worked_pct', 'students_pct', 'in_work_pct',
    'agriculture_energy_water_pct', 'manufacturing_pct', 'construction_pct', 'distribution_hotels_pct',
    'transport_communication_pct', 'finance_professional_pct', 'public_services_pct', 'other_industries_pct',
    'not_deprived_pct', 'deprived_in_one_pct', 'deprived_in_two_pct', 'deprived_in_three_pct', 'deprived_in_four_pct',
    'commute_home_pct', 'commute_underground_pct', 'commute_train_pct', 'commute_bus_pct', 'commute_car_pct',
    'commute_bicycle_pct', 'commute_foot_pct', 'ethnic_white_pct', 'ethnic_mixed_pct', 'ethnic_asian_pct',
    'ethnic_black_pct', 'ethnic_other_pct', 'in_employment_pct', 'unemployment_pct', 'no2_ug_m3',
    'overcrowded_by_rooms_pct', 'overcrowded_by_bedrooms_pct', 'connectivity_score', 'housing_affordability_score',
    'homelessness_per_1000', 'patients_per_gp', 'acute_morbidity_ratio', 'illness_and_disability_ratio',
    'mental_health_score', 'years_of_life_lost', 'no_higher_education_entry_pct', 'noisy_pct',
    'nitrogen_dioxide_ratio'
] %}
{{ on_base_areas(ref('int_lsoa21_values_joined'), 'lsoa21_code', 2021, means, counts) }}
