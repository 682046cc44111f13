import gzip

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.formats.delimited import decode_text, read_bytes, split_heads, split_records
from crime_dagster.sources.readers.formats.reading import SourceFile


def as_file(path) -> SourceFile:
    return SourceFile(path=path, name=f"mps/{path.name}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_decoded_without_its_mark(put, encoding):
    text, warnings = decode_text("Zoë's Café £5,ŵ\n".encode(encoding), as_file(put("a.csv", "x")))
    assert text == "Zoë's Café £5,ŵ\n"
    assert warnings == []


def test_windows_1252_is_the_other_encoding_and_is_told(put):
    text, warnings = decode_text("Zoë’s £5 – naïve\n".encode("cp1252"), as_file(put("a.csv", "x")))
    assert text == "Zoë’s £5 – naïve\n"
    assert warnings == ["mps/a.csv: not UTF-8, read as Windows-1252"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_known(put, end):
    file = as_file(put("a.csv", "x"))
    assert split_records(end.join(["a,b", '1,"x, y"', "", "2,z"]), ",", file) == [
        ["a", "b"],
        ["1", "x, y"],
        [],
        ["2", "z"],
    ]


def test_a_line_end_inside_quotation_marks_is_part_of_the_field(put):
    assert split_records('a,b\n1,"x\r\ny"\n', ",", as_file(put("a.csv", "x"))) == [["a", "b"], ["1", "x\r\ny"]]


def test_quotation_marks_inside_a_field_are_kept(put):
    assert split_records('a\n"The ""Crown"""\n5" pipe\n', ",", as_file(put("a.csv", "x")))[1:] == [
        ['The "Crown"'],
        ['5" pipe'],
    ]


@pytest.mark.parametrize("lines", [3, 200_000])
def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(put, lines):
    text = 'a,b\n1,"x\n' + "2,y\n" * lines
    with pytest.raises(InputError, match="never closed"):
        split_records(text, ",", as_file(put("a.csv", "x")))


@pytest.mark.parametrize("second", ['"x', 'x"', '"x, y"'], ids=["opens", "closes", "is a pair"])
@pytest.mark.parametrize("between", [0, 1, 30])
def test_a_quotation_mark_that_another_row_closes_does_not_swallow_the_rows_between(put, second, between):
    text = 'a,b,c\n1,"x,y\n' + "2,x,y\n" * between + f"3,{second},y\n" + "4,x,y\n" * 40
    with pytest.raises(InputError, match="near line 2 "):
        split_records(text, ",", as_file(put("a.csv", "x")))


def test_lines_of_an_honest_field_may_hold_as_many_commas_as_they_like(put):
    text = 'a,b,c,d\n1,"x, y,\n, z, u, v\n",2,3\n' + "4,5,6,7\n" * 3
    assert split_records(text, ",", as_file(put("a.csv", "x")))[1] == ["1", "x, y,\n, z, u, v\n", "2", "3"]


def test_gzip_is_unpacked(put):
    assert read_bytes(as_file(put("a.csv.gz", gzip.compress(b"a,b\n", mtime=0)))) == b"a,b\n"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", b"", "an empty file"),
        ("a.csv", b" \r\n\r\n", "an empty file"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 9_000, mtime=0)[:-30], "cannot be opened"),
        ("a.csv.gz", b"a,b\n1,2\n", "cannot be opened"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "an empty file"),
    ],
)
def test_files_that_cannot_be_opened_are_refused_by_name(put, name, content, found):
    with pytest.raises(InputError, match=found) as caught:
        read_bytes(as_file(put(name, content)))
    assert caught.value.file == f"mps/{name}"
    assert "again" in caught.value.remedy


def test_a_link_to_nothing_is_refused(tmp_path):
    link = tmp_path / "a.csv"
    link.symlink_to(tmp_path / "gone.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_bytes(as_file(link))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\n<!DOCTYPE html><html><body>404</body></html>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"<?xml version='1.0'?>", "a web page"),
        (b"PK\x03\x04....", "a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0....", "an old workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"version https://git-lfs.github.com/spec/v1", "git-lfs"),
        (b"a,b\n1,\x00\x00", "binary data"),
        (b"a,b\n\x81\x8d,1\n", "no known encoding"),
        ("a,b".encode("utf-16") + b"\x00", "no known encoding"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(put, content, found):
    with pytest.raises(InputError, match=found):
        decode_text(content, as_file(put("a.csv", "x")))


def test_a_delimiter_by_which_quotation_marks_do_not_pair_is_passed_over_where_another_parts_the_lines(put):
    text = 'name;address;town\nThe Crown;"1 High Street\n";Leeds\nThe Bell;2 Low Street;York\n'
    heads = dict(split_heads(text, as_file(put("a.csv", "x")), 100))
    # Split at commas, the third line opens a quotation mark that is never closed.
    assert "," not in heads
    assert heads[";"][1] == ["The Crown", "1 High Street\n", "Leeds"]
    commas = dict(
        split_heads('name,address\nThe Crown,"1 High Street\n"\nThe Bell,\n', as_file(put("b.csv", "x")), 100)
    )
    assert commas[","][1] == ["The Crown", "1 High Street\n"]
    # Split at semicolons, the third line opens a quotation mark that is never closed.
    assert ";" not in commas


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_quotation_mark_that_the_likeliest_delimiter_leaves_open_is_refused(put, mark):
    text = mark.join("abc") + "\n" + mark.join(["1", '"x', "y"]) + "\n" + mark.join("234") + "\n"
    with pytest.raises(InputError, match="never closed"):
        split_heads(text, as_file(put("a.csv", "x")), 100)
