"""File names that would end a SQL string, a pattern or a path are harmless."""

import pytest

from crime_dagster.core.parquet import read_parquet, write_parquet
from tests.unit.sources.landing import land

WIDE = "LSOA Code,Category,202401,202402\nE01000001,THEFT,1,2\n"
NAMES = [
    "O'Neil's crime.csv",
    'the "crime" file.csv',
    "crime [2024-01] {a,b} *?.csv",
    "données d\u2019été crime.csv",
    "  crime  with   blanks .csv",
    "crime'; drop table marts; --.csv",
    "<script>alert(1)</script crime.csv",
    "crime $(touch x) `y` %s {0} %n.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_landed_whole(name, put, wide, tmp_path):
    put(name.replace("/", "_"), WIDE)
    put(f"a folder's [old] one/{name.replace('/', '_')}", WIDE.replace("202401,202402", "202301,202302"))
    landed = land(wide, tmp_path)
    assert landed.rows.num_rows == 4
    assert sum(map(int, landed.rows["crimes"].to_pylist())) == 6
    assert {one.rsplit("/", 1)[-1] for one in landed.files["file"].to_pylist()} == {name.replace("/", "_")}
    path = tmp_path / f"lan'ded [{len(name)}]" / "x.parquet"
    write_parquet(landed.rows, path)
    assert read_parquet([path]).num_rows == 4
