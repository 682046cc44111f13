-- Which edition of a table that is published again counts in this data set: the newest that is there.
select
    case
        when exists (select 1 from {{ ref('stg_mhclg__deprivations') }}) then '2025'
        when exists (select 1 from {{ ref('stg_mhclg__deprivations_2019') }}) then '2019'
    end as deprivations,
    case when exists (select 1 from {{ ref('stg_ons__tenures') }}) then '2021' else '2011' end as tenures,
    case when exists (select 1 from {{ ref('stg_ons__qualifications') }}) then '2021' else '2011' end as qualifications,
    case when exists (select 1 from {{ ref('stg_ons__hours_worked') }}) then '2021' else '2011' end as hours
