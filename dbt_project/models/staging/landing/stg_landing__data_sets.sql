select
    place,
    is_synthetic,
    force,
    is_partial,
    recording_breaks
from {{ source('landing', 'data_sets') }}
