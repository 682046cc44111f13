-- Kinds of each crime type by area, under the names of the release that counts in the last month of the year, over its months
-- of the 24 up to then: names that only newer releases tell apart stay apart, unlike in lsoa_categories.
with newest as (
    select
        releases.source_file,
        releases.month as last_month
    from {{ ref('int_releases_chosen') }} as releases
    inner join {{ ref('int_years_chosen') }} as years on releases.month = years.year_ending
    qualify row_number() over (order by releases.areas desc, releases.source_file desc) = 1
)

select
    codes.lsoa_code,
    categories.crime_type,
    cells.minor_category as kind,
    round(sum(cells.crimes * codes.share_of_source), 6) as crimes
from {{ ref('int_release_cells_summed') }} as cells
inner join newest
    on
        cells.source_file = newest.source_file
        and cells.month <= newest.last_month
        and cells.month > newest.last_month - interval 24 months
inner join {{ ref('crime_type_categories') }} as categories
    on upper(cells.category) = upper(categories.category) and categories.publisher = 'mps' and categories.crime_type != 'total'
inner join {{ ref('int_codes_shared') }} as codes
    on cells.lsoa_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
where codes.lsoa_code is not null
group by codes.lsoa_code, categories.crime_type, cells.minor_category
order by codes.lsoa_code, categories.crime_type, cells.minor_category
