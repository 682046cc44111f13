with source as (
    select * from {{ source('tfl', 'station_counts') }}
),

renamed as (
    select
        {{ clean_text('station') }} as station_name,
        {{ clean_text('borough') }} as borough_name,
        {{ decimal_number('weekday_entries') }} as weekday_entries,
        {{ decimal_number('saturday_entries') }} as saturday_entries,
        {{ decimal_number('sunday_entries') }} as sunday_entries,
        {{ decimal_number('weekday_exits') }} as weekday_exits,
        {{ decimal_number('saturday_exits') }} as saturday_exits,
        {{ decimal_number('sunday_exits') }} as sunday_exits,
        {{ decimal_number('passengers_million') }} as passengers_million,
        source_file,
        row_number
    from source
)

select * from renamed
