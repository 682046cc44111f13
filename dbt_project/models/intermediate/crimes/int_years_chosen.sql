-- One row: the year of lsoa_features. Twelve complete months of the source that counts; with only yearly figures, a complete
-- calendar year: one under 90 % of the median of the three years before it is incomplete.
{% set wanted = (var('year_ending') or '') | string | replace("'", "''") %}
{% set wanted_month = first_of_month("'" ~ wanted ~ "'") if wanted else 'latest' %}
with complete as (
    select month
    from {{ ref('int_months_covered') }}
    where is_complete
),

whole_months as (
    select month
    from complete
    qualify count(*) over (order by month range between interval 11 months preceding and current row) = 12
),

years as (
    select
        year_ending as month,
        sum(crimes) as crimes
    from {{ ref('int_year_figures_placed') }}
    where crime_type = 'total'
    group by year_ending
),

whole_years as (
    select month
    from years
    qualify
        crimes >= 0.9 * coalesce(median(crimes) over (order by month rows between 3 preceding and 1 preceding), crimes)
),

allowed as (
    select month from whole_months
    union all
    select month from whole_years
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
        case
            when choices = 0
                then error(
                    'there is no year to describe: no twelve complete months in a row are covered, and no year is known as a '
                    || 'whole. Add a release of the LSOA crime file, street-level months of data.police.uk, or figures per year.'
                )
            when month is null or month not in (select allowed.month from allowed)
                then error(
                    'year_ending is "{{ wanted }}", which does not end twelve complete months or a whole year of figures. '
                    || 'Allowed: YYYY-MM from ' || strftime(earliest, '%Y-%m') || ' to ' || strftime(latest, '%Y-%m') || '.'
                )
            else month
        end as year_ending
    from wanted
)

select
    cast(year_ending - interval 11 months as date) as first_month,
    year_ending,
    {{ year_label('year_ending') }} as period_label
from checked
