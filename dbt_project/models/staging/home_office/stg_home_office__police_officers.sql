with source as (
    select * from {{ source('home_office', 'police_officers') }}
),

-- A region is above its forces, and West Midlands is the name of both.
renamed as (
    select
        {{ clean_text('area_name') }} as area_name,
        {{ calendar_day('counted_on') }} as counted_on,
        {{ decimal_number('officers') }} as officers,
        source_file,
        row_number,
        row_number() over (partition by source_file, area_name, counted_on order by row_number) as place
    from source
)

select
    area_name,
    case
        when area_name like 'Total%' then 'total'
        when
            place = 1
            and area_name in (
                'North East', 'North West', 'Yorkshire and the Humber', 'East Midlands', 'West Midlands', 'Eastern',
                'London', 'South East', 'South West', 'Wales'
            ) then 'region'
        else 'force'
    end as area_level,
    counted_on,
    officers,
    source_file,
    row_number
from renamed
