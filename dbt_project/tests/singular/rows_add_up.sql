-- In every published file, rows in = rows kept + rows excluded, and each excluded row is listed, once by landing and once for
-- readers, but those outside a chosen place, which are counted. A file or a list without a counterpart fails too.
with counted as (
    select
        'landing' as told_by,
        publisher,
        thing,
        file,
        rows_in,
        rows_kept,
        rows_set_aside,
        rows_outside
    from {{ ref('stg_landing__source_files') }}
    union all
    select
        'marts' as told_by,
        publisher,
        thing,
        file,
        rows_in,
        rows_kept,
        rows_set_aside,
        rows_outside
    from {{ ref('source_files') }}
),

listed as (
    select
        'landing' as told_by,
        publisher,
        thing,
        file,
        count(*) as listed_rows
    from {{ ref('stg_landing__set_aside_rows') }}
    group by publisher, thing, file
    union all
    select
        'marts' as told_by,
        publisher,
        thing,
        file,
        count(*) as listed_rows
    from {{ ref('set_aside_rows') }}
    group by publisher, thing, file
),

accounts as (
    select
        *,
        count(*) over (partition by publisher, thing, file) as accounts_of_file
    from counted
)

select
    accounts.*,
    listed.told_by as listed_by,
    listed.file as listed_file,
    listed.listed_rows
from accounts
full outer join listed
    on
        accounts.told_by = listed.told_by
        and accounts.publisher = listed.publisher
        and accounts.thing = listed.thing
        and accounts.file = listed.file
where
    accounts.file is null
    or accounts.accounts_of_file != 2
    or (accounts.rows_in = accounts.rows_kept + accounts.rows_set_aside) is not true
    or (accounts.rows_kept >= 0) is not true
    or accounts.rows_set_aside is distinct from coalesce(listed.listed_rows, 0) + coalesce(accounts.rows_outside, 0)
