"""From the British National Grid to longitude and latitude."""

from __future__ import annotations

import numpy as np
from pyproj import Transformer

from crime_dagster.sources.synthetic.randomness import Array

# Spelt out, so that longitudes do not depend on which shift grids a machine happens to have.
_TO_LONGITUDE_LATITUDE = (
    "+proj=pipeline "
    "+step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def find_longitude_latitude(easting: Array, northing: Array) -> tuple[Array, Array]:
    """Convert British National Grid coordinates in metres to degrees (WGS 84, good to about 5 m)."""
    longitude, latitude = Transformer.from_pipeline(_TO_LONGITUDE_LATITUDE).transform(easting, northing)
    return np.asarray(longitude), np.asarray(latitude)
