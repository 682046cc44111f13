-- All figures published for LSOAs of 2011, on the areas of the data set.
{% set counts = [
    'households'
] %}
{% set means = [
    'aged_0_to_14_pct', 'aged_15_to_19_pct', 'aged_20_to_29_pct', 'aged_30_to_44_pct', 'aged_65_plus_pct',
    'unemployed_pct', 'self_employed_pct', 'looking_after_home_pct', 'works_up_to_15_hours_pct',
    'works_16_to_30_hours_pct', 'works_31_to_48_hours_pct', 'works_49_plus_hours_pct', 'no_qualifications_pct',
    'level_1_pct', 'level_2_pct', 'apprenticeship_pct', 'level_3_pct', 'level_4_plus_pct', 'other_qualifications_pct',
    'owned_pct', 'owned_outright_pct', 'mortgaged_pct', 'shared_ownership_pct', 'social_rented_pct',
    'council_rented_pct', 'other_social_rented_pct', 'private_rented_pct', 'rent_free_pct',
    'households_without_car_pct', 'household_income_gbp', 'house_price_gbp', 'residential_land_pct', 'ptal_index',
    'good_transport_pct', 'police_counter_minutes', 'claimants_pct', 'claimants_change_pp',
    'couples_with_children_pct', 'lone_parents_pct', 'one_person_households_pct', 'empty_homes_pct',
    'detached_homes_pct', 'flats_pct', 'house_sales_per_1000', 'workplaces_msoa', 'night_workplaces_msoa',
    'night_workplaces_pct_msoa', 'income_deprivation_pct', 'employment_deprivation_pct', 'education_score',
    'health_score', 'housing_barriers_score', 'living_environment_score', 'children_and_young_people_score',
    'adult_skills_score', 'geographical_barriers_score', 'wider_barriers_score', 'indoors_score', 'outdoors_score',
    'imd_score', 'crime_score', 'imd_decile', 'crime_decile', 'income_decile', 'employment_decile',
    'education_decile', 'health_decile', 'housing_barriers_decile', 'living_environment_decile',
    'children_and_young_people_decile', 'adult_skills_decile', 'geographical_barriers_decile',
    'wider_barriers_decile', 'indoors_decile', 'outdoors_decile', 'child_poverty_pct', 'older_poverty_pct',
    'unemployment_pct'
] %}
{{ on_base_areas(ref('int_lsoa11_values_joined'), 'lsoa11_code', 2011, means, counts) }}
