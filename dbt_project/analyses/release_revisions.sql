-- Revisions by a newer release of the LSOA file of an older one's months, by major category. Run with: dbt show --select
-- release_revisions --limit 100
with figures as (
    select
        source_file,
        month,
        major_category,
        sum(crimes) as crimes
    from {{ ref('stg_mps__lsoa_crimes') }}
    group by source_file, month, major_category
)

select
    older.month,
    older.major_category,
    older.crimes as older_figure,
    newer.crimes as newer_figure,
    newer.crimes - older.crimes as revision
from figures as older
inner join figures as newer
    on
        older.month = newer.month
        and older.major_category = newer.major_category
        and older.source_file < newer.source_file
order by older.month, older.major_category
