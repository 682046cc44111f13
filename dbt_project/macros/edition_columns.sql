{% macro edition_columns() %}
    {#- Figures that are published again: by table, its newest edition and the columns that both editions have. -#}
    {% do return({
        'deprivations': ['2025', [
            'income_deprivation_pct', 'employment_deprivation_pct', 'education_score', 'health_score',
            'housing_barriers_score', 'living_environment_score', 'children_and_young_people_score',
            'adult_skills_score', 'geographical_barriers_score', 'wider_barriers_score', 'indoors_score',
            'outdoors_score', 'imd_score', 'crime_score', 'imd_decile', 'crime_decile', 'income_decile',
            'employment_decile', 'education_decile', 'health_decile', 'housing_barriers_decile',
            'living_environment_decile', 'children_and_young_people_decile', 'adult_skills_decile',
            'geographical_barriers_decile', 'wider_barriers_decile', 'indoors_decile', 'outdoors_decile'
        ]],
        'tenures': ['2021', [
            'households', 'owned_pct', 'owned_outright_pct', 'mortgaged_pct', 'shared_ownership_pct',
            'social_rented_pct', 'council_rented_pct', 'other_social_rented_pct', 'private_rented_pct',
            'rent_free_pct'
        ]],
        'qualifications': ['2021', [
            'no_qualifications_pct', 'level_1_pct', 'level_2_pct', 'apprenticeship_pct', 'level_3_pct',
            'level_4_plus_pct', 'other_qualifications_pct'
        ]],
        'hours': ['2021', [
            'works_up_to_15_hours_pct', 'works_16_to_30_hours_pct', 'works_31_to_48_hours_pct',
            'works_49_plus_hours_pct'
        ]],
        'ages': ['2021', [
            'aged_0_to_14_pct', 'aged_15_to_19_pct', 'aged_20_to_29_pct', 'aged_30_to_44_pct', 'aged_65_plus_pct'
        ]],
        'cars': ['2021', ['households_without_car_pct']],
        'activities': ['2021', ['unemployed_pct', 'self_employed_pct', 'looking_after_home_pct']],
        'compositions': ['2021', ['couples_with_children_pct', 'lone_parents_pct', 'one_person_households_pct']],
        'accommodations': ['2021', ['detached_homes_pct', 'flats_pct']]
    }) %}
{% endmacro %}

{% macro edition_means() %}
    {#- The names of those columns, which are means of areas all, but the number of households. -#}
    {% set names = [] %}
    {% for edition in edition_columns().values() %}{% do names.extend(edition[1]) %}{% endfor %}
    {% do return(names | reject('equalto', 'households') | list) %}
{% endmacro %}
