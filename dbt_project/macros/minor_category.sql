{% macro minor_category(column) %}
    {#- A publisher's minor category as tables print it: names that changed between releases become the newest one or a common
        one, the rest is as published, in lower case after the first letter. -#}
    {% set names = {
        'BURGLARY - RESIDENTIAL': 'Residential burglary',
        'BURGLARY IN A DWELLING': 'Residential burglary',
        'DOMESTIC BURGLARY': 'Residential burglary',
        'RES BURGLARY OF A HOME': 'Residential burglary',
        'RES BURGLARY OF UNCONNECTED BUILDING': 'Residential burglary',
        'BURGLARY BUSINESS AND COMMUNITY': 'Burglary of a business or community building',
        'DEATH SERIOUS INJURY ILLEGAL DRIVING': 'Death or serious injury by illegal driving',
        'DRUG TRAFFICKING': 'Trafficking of drugs',
        'MISC CRIMES AGAINST SOCIETY': 'Miscellaneous crimes against society',
        'NFIB': 'NFIB fraud',
        'OTHER OFFENCES AGAINST THE STATE, OR PUBLIC ORDER': 'Other public order offences',
        'OTHER OFFENCES PUBLIC ORDER': 'Other public order offences',
        'PUBLIC FEAR ALARM OR DISTRESS': 'Public fear, alarm or distress',
        'RACE OR RELIGIOUS AGG PUBLIC FEAR': 'Racially or religiously aggravated public fear, alarm or distress',
        'RACIALLY OR RELIGIOUSLY AGGRAVATED PUBLIC FEAR, AL': 'Racially or religiously aggravated public fear, alarm or distress',
        'THEFT FROM A MOTOR VEHICLE': 'Theft from a vehicle',
        'THEFT FROM PERSON': 'Theft from the person',
        'THEFT OR TAKING OF A MOTOR VEHICLE': 'Theft or taking of a motor vehicle',
        'THEFT OR UNAUTH TAKING OF A MOTOR VEH': 'Theft or taking of a motor vehicle',
    } %}
    case upper({{ column }})
        {% for published, name in names.items() %}
        when '{{ published }}' then '{{ name }}'
        {% endfor %}
        else upper({{ column }}[1]) || lower({{ column }}[2:])
    end
{%- endmacro %}
