-- One row: the twelve complete months that lsoa_features describes.
{% set wanted = (var('year_ending') or '') | string | replace("'", "''") %}
{% set wanted_month = first_of_month("'" ~ wanted ~ "'") if wanted else 'latest' %}
with complete as (
    select month
    from {{ ref('int_months_covered') }}
    where is_complete
),

allowed as (
    select month
    from complete
    qualify count(*) over (order by month range between interval 11 months preceding and current row) = 12
),

bounds as (
    select
        count(*) as choices,
        min(month) as earliest,
        max(month) as latest
    from allowed
),

wanted as (
    select
        earliest,
        latest,
        choices,
        {{ wanted_month }} as month
    from bounds
),

checked as (
    select
        earliest,
        latest,
        case
            when choices = 0
                then error(
                    'there is no year to describe: no twelve complete months in a row are covered. '
                    || 'Add a release of the LSOA crime file.'
                )
            when month is null or month not in (select allowed.month from allowed)
                then error(
                    'year_ending is "{{ wanted }}", which does not end twelve complete months. '
                    || 'Allowed: YYYY-MM from ' || strftime(earliest, '%Y-%m') || ' to ' || strftime(latest, '%Y-%m') || '.'
                )
            else month
        end as year_ending
    from wanted
)

select
    cast(year_ending - interval 11 months as date) as first_month,
    year_ending,
    earliest as earliest_allowed,
    latest as latest_allowed
from checked
