-- One row per area: all published figures on the areas of the data set. A repeatedly published table counts in its newest
-- edition; if both censuses are present, with some changes between them. (The linter takes the names behind `exclude` for
-- unqualified references.)
{% set editions = edition_columns() %}
{% set names = edition_means() + ['households'] %}
select
    areas.lsoa_code,
    values21.* exclude (lsoa_code, unemployment_pct, {{ names | join(', ') }}), -- noqa: RF02
    values11.* exclude (lsoa_code, unemployment_pct, {{ names | join(', ') }}), -- noqa: RF02
    {%- for table, edition in editions.items() %}
    {%- for column in edition[1] %}
    case
        when editions.{{ table }} = '{{ edition[0] }}' then values21.{{ column }} else values11.{{ column }}
    end as {{ column }},
    {%- endfor %}
    {%- endfor %}
    coalesce(values21.unemployment_pct, values11.unemployment_pct) as unemployment_pct,
    values21.private_rented_pct - values11.private_rented_pct as private_rented_change_pp,
    values21.level_4_plus_pct - values11.level_4_plus_pct as level_4_plus_change_pp,
    editions.deprivations as deprivation_edition
from {{ ref('int_areas_chosen') }} as areas
cross join {{ ref('int_editions_chosen') }} as editions
left join {{ ref('int_lsoa21_values_converted') }} as values21 on areas.lsoa_code = values21.lsoa_code
left join {{ ref('int_lsoa11_values_converted') }} as values11 on areas.lsoa_code = values11.lsoa_code
