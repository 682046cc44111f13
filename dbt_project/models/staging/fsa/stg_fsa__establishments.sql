-- Kinds of place that the project does not count have no point_type. Hospitals and chains, which mark a shopping street, are
-- known by name alone: the types are of kitchens.
{% set hospital %}'hospital|\bnhs\b|\bwards? kitchen|patient|mediclean|medirest|iss facility|mental health|psychiatr'
    || '|league of friends'{% endset %}
{% set chain %}'mcdonald|\bkfc\b|burger king|subway|greggs|primark|marks (&|and) spencer|\bboots\b|superdrug|poundland'
    || '|wilko'{% endset %}
select
    {{ clean_text('name') }} as name,
    case
        -- No type is a hospital's own: nurseries and care homes share one, and caterers at a hospital have several.
        when {{ clean_text('business_type') }} like 'School%' then null
        when regexp_matches({{ clean_text('name') }}, {{ hospital }}, 'i') then 'hospital'
        when {{ clean_text('business_type') }} = 'Pub/bar/nightclub' then 'bar'
        when {{ clean_text('business_type') }} in ('Restaurant/Cafe/Canteen', 'Takeaway/sandwich shop') then 'food_place'
        when {{ clean_text('business_type') }} like 'Retailers%' then 'food_shop'
        when {{ clean_text('business_type') }} = 'Hotel/bed & breakfast/guest house' then 'hotel'
    end as point_type,
    coalesce(regexp_matches({{ clean_text('name') }}, {{ chain }}, 'i'), false) as is_chain,
    {{ decimal_number('longitude') }} as longitude,
    {{ decimal_number('latitude') }} as latitude,
    source_file,
    row_number
from {{ source('fsa', 'establishments') }}
