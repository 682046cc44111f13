-- The files that count in some area per month among overlapping releases for small areas, and why.
with counted as (
    select
        month,
        source_file,
        count(lsoa_code) as areas,
        sum(crimes) as crimes
    from {{ ref('int_release_areas_counted') }}
    group by month, source_file
    having count(lsoa_code) > 0
),

-- Why newer files of the month do not count, if this one does.
passed_over as (
    select
        compared.month,
        compared.source_file,
        bool_and(newer.is_stub) as are_stubs,
        max_by(newer.source_file, newer.newness) as stub_file,
        max_by(newer.shared_crimes, newer.newness) as stub_crimes
    from {{ ref('int_releases_compared') }} as compared
    inner join {{ ref('int_releases_compared') }} as newer on compared.month = newer.month and compared.newness > newer.newness
    group by compared.month, compared.source_file
)

select
    counted.month,
    counted.source_file,
    counted.areas,
    counted.crimes,
    case when passed_over.are_stubs then passed_over.stub_file else compared.other_file end as other_file,
    case when passed_over.are_stubs then passed_over.stub_crimes else compared.other_crimes end as other_crimes,
    case
        when passed_over.are_stubs then 'newer release is a stub'
        when passed_over.month is not null then 'newer release lacks areas'
        when compared.other_file is null then 'only release'
        else 'newest release'
    end as reason
from counted
inner join {{ ref('int_releases_compared') }} as compared
    on counted.month = compared.month and counted.source_file = compared.source_file
left join passed_over on counted.month = passed_over.month and counted.source_file = passed_over.source_file
