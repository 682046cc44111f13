-- Kinds of place that the project does not count have no point_type.
with source as (
    select * from {{ source('fsa', 'establishments') }}
),

renamed as (
    select
        {{ clean_text('name') }} as name,
        case {{ clean_text('business_type') }}
            when 'Pub/bar/nightclub' then 'bar'
            when 'Restaurant/Cafe/Canteen' then 'food_place'
            when 'Takeaway/sandwich shop' then 'food_place'
            when 'Retailers - other' then 'food_shop'
            when 'Retailers - supermarkets/hypermarkets' then 'food_shop'
            when 'Hotel/bed & breakfast/guest house' then 'hotel'
            -- This type also includes nurseries and care homes.
            when 'Hospitals/Childcare/Caring Premises'
                then if({{ clean_text('name') }} ilike '%hospital%', 'hospital', null)
        end as point_type,
        {{ decimal_number('longitude') }} as longitude,
        {{ decimal_number('latitude') }} as latitude,
        source_file,
        row_number
    from source
)

select * from renamed
