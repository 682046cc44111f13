with source as (
    select * from {{ source('police_uk', 'stop_and_search') }}
),

renamed as (
    select
        {{ clean_text('search_type') }} as search_type,
        {{ first_of_month('month') }} as month,
        {{ calendar_day('searched_at') }} as searched_on,
        {{ truth_value('is_part_of_operation') }} as is_part_of_operation,
        {{ clean_text('operation') }} as operation_name,
        {{ decimal_number('latitude') }} as latitude,
        {{ decimal_number('longitude') }} as longitude,
        {{ clean_text('gender') }} as gender,
        {{ clean_text('age_range') }} as age_range,
        {{ clean_text('self_defined_ethnicity') }} as self_defined_ethnicity,
        {{ clean_text('officer_defined_ethnicity') }} as officer_defined_ethnicity,
        {{ clean_text('legislation') }} as legislation,
        {{ clean_text('object_of_search') }} as object_of_search,
        {{ clean_text('outcome') }} as outcome,
        {{ truth_value('is_outcome_linked') }} as is_outcome_linked,
        {{ truth_value('is_more_than_outer_clothing') }} as is_more_than_outer_clothing,
        source_file,
        row_number
    from source
)

select * from renamed
