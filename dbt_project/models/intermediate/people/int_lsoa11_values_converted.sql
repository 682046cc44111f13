-- All figures published for LSOAs of 2011, on the areas of the data set.
{% set counts = ['households'] %}
{% set means = edition_means() + [
    'household_income_gbp', 'house_price_gbp', 'residential_land_pct', 'ptal_index', 'good_transport_pct',
    'police_counter_minutes', 'claimants_pct', 'claimants_change_pp', 'empty_homes_pct', 'house_sales_per_1000',
    'workplaces_msoa', 'night_workplaces_msoa', 'night_workplaces_pct_msoa', 'child_poverty_pct', 'older_poverty_pct',
    'unemployment_pct'
] %}
{{ on_base_areas(ref('int_lsoa11_values_joined'), 'lsoa11_code', 2011, means, counts) }}
