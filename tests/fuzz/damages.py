"""Random damage of a file's bytes: the same seed gives the same damage."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable

WORDS = (b"nan", b"inf", b"-999", b"1e400", b"null", b"\x00", b"\xff\xfe", b'"', b"\n", b",", b"9" * 400, b"2024-13-45")


def flip_bits(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def drop(content: bytes, chance: random.Random) -> bytes:
    """Remove a piece in the middle."""
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randrange(1, 200) :]


def swap(content: bytes, chance: random.Random) -> bytes:
    """Exchange two pieces."""
    first, second = sorted(chance.sample(range(len(content)), 2))
    size = chance.randrange(1, 64)
    one, two = content[first : first + size], content[second : second + size]
    return content[:first] + two + content[first + size : second] + one + content[second + size :]


def repeat(content: bytes, chance: random.Random) -> bytes:
    """Repeat a piece, once or a thousand times."""
    start = chance.randrange(len(content))
    piece = content[start : start + chance.randrange(1, 400)]
    return content[:start] + piece * chance.choice((2, 2, 1000)) + content[start:]


def put_word(content: bytes, chance: random.Random) -> bytes:
    """Insert something that has a meaning to a parser."""
    start = chance.randrange(len(content))
    word = chance.choice(WORDS)
    return content[:start] + word + content[start + chance.choice((0, len(word))) :]


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flip_bits, cut, drop, swap, repeat, put_word)


def damage(content: bytes, chance: random.Random) -> bytes:
    """Damage a file; for half of the compressed ones and workbooks the content, so that the checksum is valid."""
    if content.startswith(b"\x1f\x8b") and chance.random() < 0.5:
        return gzip.compress(chance.choice(BYTES)(gzip.decompress(content), chance), mtime=0)
    if content.startswith(b"PK\x03\x04") and chance.random() < 0.5:
        return _damage_member(content, chance)
    return chance.choice(BYTES)(content, chance)


def _damage_member(content: bytes, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
        chosen = chance.choice(packed.namelist())
        for name in packed.namelist():
            member = packed.read(name)
            copy.writestr(name, chance.choice(BYTES)(member, chance) if name == chosen and member else member)
    return buffer.getvalue()
