-- Areas without a figure of the year that is shown: their own latest twelve months that are reported, and the twelve before.
with late as (
    select
        years.lsoa_code,
        years.crime_type
    from {{ ref('lsoa_years') }} as years
    where years.is_current and years.crimes is null
),

years as (
    select
        cells.lsoa_code,
        cells.crime_type,
        cells.month as year_ending,
        case when count(cells.crimes) over year = 12 then sum(cells.crimes) over year end as crimes
    from {{ ref('lsoa_crimes') }} as cells
    inner join late on cells.lsoa_code = late.lsoa_code and cells.crime_type = late.crime_type
    cross join {{ ref('int_years_chosen') }} as periods
    where cells.month <= periods.year_ending
    window
        year as (
            partition by cells.lsoa_code, cells.crime_type
            order by cells.month range between interval 11 months preceding and current row
        )
),

newest as (
    select * from years
    where crimes is not null
    qualify row_number() over (partition by lsoa_code, crime_type order by year_ending desc) = 1
)

select
    newest.lsoa_code,
    newest.crime_type,
    newest.year_ending,
    {{ year_label('newest.year_ending') }} as period_label,
    newest.crimes,
    previous.crimes as crimes_before,
    residents.residents::double as residents,
    {{ rate('newest.crimes', 'residents.residents', 1000) }} as crimes_per_1000
from newest
left join years as previous
    on
        newest.lsoa_code = previous.lsoa_code
        and newest.crime_type = previous.crime_type
        and newest.year_ending = previous.year_ending + interval 1 year
left join {{ ref('int_residents_counted') }} as residents
    on newest.lsoa_code = residents.lsoa_code and residents.is_current
