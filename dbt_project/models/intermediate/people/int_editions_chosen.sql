-- The edition of a repeatedly published table that counts in this data set: the newest.
select
    case
        when exists (select 1 from {{ ref('stg_mhclg__deprivations') }}) then '2025'
        when exists (select 1 from {{ ref('stg_mhclg__deprivations_2019') }}) then '2019'
    end as deprivations,
    case when exists (select 1 from {{ ref('stg_ons__tenures') }}) then '2021' else '2011' end as tenures,
    case when exists (select 1 from {{ ref('stg_ons__qualifications') }}) then '2021' else '2011' end as qualifications,
    case when exists (select 1 from {{ ref('stg_ons__hours_worked') }}) then '2021' else '2011' end as hours,
    case when exists (select 1 from {{ ref('stg_ons__ages') }}) then '2021' else '2011' end as ages,
    case when exists (select 1 from {{ ref('stg_ons__cars') }}) then '2021' else '2011' end as cars,
    case when exists (select 1 from {{ ref('stg_nomis__economic_activities') }}) then '2021' else '2011' end as activities,
    case when exists (select 1 from {{ ref('stg_ons__household_compositions') }}) then '2021' else '2011' end as compositions,
    case when exists (select 1 from {{ ref('stg_ons__accommodations') }}) then '2021' else '2011' end as accommodations
