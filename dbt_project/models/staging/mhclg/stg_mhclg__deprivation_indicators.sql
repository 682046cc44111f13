select
    {{ clean_text('lsoa_code') }} as lsoa_code,
    100 * {{ decimal_number('household_overcrowding_rooms') }} as overcrowded_by_rooms_pct,
    100 * {{ decimal_number('household_overcrowding_bedrooms') }} as overcrowded_by_bedrooms_pct,
    {{ decimal_number('connectivity_score') }} as connectivity_score,
    {{ decimal_number('housing_affordability') }} as housing_affordability_score,
    {{ decimal_number('homelessness_per_1000') }} as homelessness_per_1000,
    {{ decimal_number('patients_per_gp') }} as patients_per_gp,
    {{ decimal_number('acute_morbidity') }} as acute_morbidity_ratio,
    {{ decimal_number('illness_and_disability_ratio') }} as illness_and_disability_ratio,
    {{ decimal_number('mental_health') }} as mental_health_score,
    {{ decimal_number('years_of_life_lost') }} as years_of_life_lost,
    100 * {{ decimal_number('higher_education_entry') }} as no_higher_education_entry_pct,
    100 * {{ decimal_number('noise') }} as noisy_pct,
    {{ decimal_number('nitrogen_dioxide') }} as nitrogen_dioxide_ratio,
    source_file,
    row_number
from {{ source('mhclg', 'deprivation_indicators') }}
