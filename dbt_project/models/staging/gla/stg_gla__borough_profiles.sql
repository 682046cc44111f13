with source as (
    select * from {{ source('gla', 'borough_profiles') }}
),

renamed as (
    select
        {{ clean_text('borough_code') }} as borough_code,
        {{ clean_text('borough_name') }} as borough_name,
        {{ decimal_number('population') }} as population,
        {{ decimal_number('households') }} as households,
        {{ decimal_number('inland_area_hectares') }} as inland_area_hectares,
        {{ decimal_number('people_per_hectare') }} as people_per_hectare,
        {{ decimal_number('mean_age') }} as mean_age,
        {{ decimal_number('net_internal_migration') }} as net_internal_migration,
        {{ decimal_number('net_international_migration') }} as net_international_migration,
        {{ decimal_number('employment_rate_pct') }} as employment_rate_pct,
        {{ decimal_number('unemployment_rate_pct') }} as unemployment_rate_pct,
        {{ decimal_number('youth_claimant_rate_pct') }} as youth_claimant_rate_pct,
        {{ decimal_number('neet_pct') }} as neet_pct,
        {{ decimal_number('benefit_claimants_pct') }} as benefit_claimants_pct,
        {{ decimal_number('disabled_pct') }} as disabled_pct,
        {{ decimal_number('yearly_pay_gbp') }} as yearly_pay_gbp,
        {{ decimal_number('jobs') }} as jobs,
        {{ decimal_number('public_sector_jobs_pct') }} as public_sector_jobs_pct,
        {{ decimal_number('jobs_per_resident') }} as jobs_per_resident,
        {{ decimal_number('businesses') }} as businesses,
        {{ decimal_number('business_survival_pct') }} as business_survival_pct,
        {{ decimal_number('fires_per_1000') }} as fires_per_1000,
        {{ decimal_number('ambulance_calls_per_100') }} as ambulance_calls_per_100,
        {{ decimal_number('house_price_gbp') }} as house_price_gbp,
        {{ decimal_number('new_homes') }} as new_homes,
        {{ decimal_number('green_space_pct') }} as green_space_pct,
        {{ decimal_number('carbon_emissions') }} as carbon_emissions,
        {{ decimal_number('recycling_pct') }} as recycling_pct,
        {{ decimal_number('cars_per_household') }} as cars_per_household,
        {{ decimal_number('cyclists_pct') }} as cyclists_pct,
        {{ decimal_number('public_transport_score') }} as public_transport_score,
        {{ decimal_number('gcse_pct') }} as gcse_pct,
        {{ decimal_number('children_looked_after_per_10000') }} as children_looked_after_per_10000,
        {{ decimal_number('workless_children_pct') }} as workless_children_pct,
        {{ decimal_number('male_life_expectancy') }} as male_life_expectancy,
        {{ decimal_number('female_life_expectancy') }} as female_life_expectancy,
        {{ decimal_number('life_satisfaction') }} as life_satisfaction,
        {{ decimal_number('anxiety') }} as anxiety,
        {{ decimal_number('childhood_obesity_pct') }} as childhood_obesity_pct,
        {{ decimal_number('turnout_pct') }} as turnout_pct,
        source_file,
        row_number
    from source
)

select * from renamed
