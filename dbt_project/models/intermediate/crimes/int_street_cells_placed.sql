-- Street-level records per force, file, month, area code and category, on the areas of the data set. Per force and month the
-- file of the latest archive counts, of equal dates the last by name; a file named for another month has a few records of this
-- one, and counts only if no other file does. A file with under a fifth of the force's usual month was cut short (a stub): the
-- month is not reported. fate is 'located', or why a record does not count.
with cells as (
    select
        coalesce(reported_by, falls_within, 'no force') as force,
        archive,
        source_file,
        month,
        lsoa_code as source_code,
        crime_type_as_published as category,
        count(*)::double as crimes
    from {{ ref('stg_police_uk__street_crimes') }}
    group by all
),

files as (
    select
        force,
        month,
        source_file,
        sum(crimes) as crimes,
        max(archive) as archive,
        parse_filename(source_file, false, 'forward_slash') as file_name
    from cells
    group by force, month, source_file
),

chosen as (
    select
        force,
        month,
        source_file,
        crimes
    from files
    qualify
        row_number() over (
            partition by force, month
            order by
                contains(file_name, strftime(month, '%Y-%m'))
                or not regexp_matches(file_name, '20\d\d-(0[1-9]|1[0-2])') desc,
                archive desc nulls last,
                source_file desc
        ) = 1
),

-- Of few records nothing is usual.
newest as (
    select
        force,
        month,
        source_file,
        median(crimes) over (partition by force) >= 50 and crimes < median(crimes) over (partition by force) / 5 as is_stub
    from chosen
)

select
    cells.* exclude (crimes),
    codes.lsoa_code,
    cells.crimes * coalesce(codes.share_of_source, 1) as crimes,
    newest.source_file is not null and not newest.is_stub as is_newest,
    case
        when cells.source_code is null then 'unlocated'
        when codes.lsoa_code is null then 'outside'
        when newest.source_file is null then 'superseded'
        when newest.is_stub then 'stub'
        else 'located'
    end as fate
from cells
left join newest
    on cells.force = newest.force and cells.month = newest.month and cells.source_file = newest.source_file
left join {{ ref('int_codes_shared') }} as codes
    on cells.source_code = codes.source_code and year(cells.month) between codes.valid_from and codes.valid_to
