with source as (
    select * from {{ source('gla', 'lsoa_atlas') }}
),

renamed as (
    select
        {{ clean_text('lsoa11_code') }} as lsoa11_code,
        {{ clean_text('lsoa11_name') }} as lsoa11_name,
        {{ whole_number('residents') }} as residents,
        {{ whole_number('residents_2003') }} as residents_2003,
        {{ whole_number('residents_2013') }} as residents_2013,
        {{ decimal_number('area_hectares') }} as area_hectares,
        {{ whole_number('households') }} as households,
        {{ whole_number('couples_with_children') }} as couples_with_children,
        {{ whole_number('couples_without_children') }} as couples_without_children,
        {{ whole_number('lone_parents') }} as lone_parents,
        {{ whole_number('one_person_households') }} as one_person_households,
        {{ whole_number('other_households') }} as other_households,
        {{ whole_number('homes') }} as homes,
        {{ whole_number('empty_homes') }} as empty_homes,
        {{ whole_number('detached_homes') }} as detached_homes,
        {{ whole_number('semi_detached_homes') }} as semi_detached_homes,
        {{ whole_number('terraced_homes') }} as terraced_homes,
        {{ whole_number('flats') }} as flats,
        {{ decimal_number('median_house_price_2014') }} as median_house_price_2014,
        {{ whole_number('house_sales_2012') }} as house_sales_2012,
        {{ whole_number('house_sales_2013') }} as house_sales_2013,
        {{ whole_number('house_sales_2014') }} as house_sales_2014,
        source_file,
        row_number
    from source
)

select * from renamed
