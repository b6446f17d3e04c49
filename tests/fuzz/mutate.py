"""Mutations of bytes: blind ones, and ones that know enough of a format to get past its first check."""

from __future__ import annotations

import io
import struct
import zipfile
from random import Random

INTERESTING = [b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff\xff\xff\x7f", b"\x00" * 8]
WORDS = [
    b'"', b'""', b",", b";", b"\t", b"\r", b"\n", b"\r\n\r\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"=1+1", b"<script>", b"'", b"\\",
    b"31/12/2025", b"12/31/2025", b"30/02/2024", b"2025-01-01T25:61:00Z", b"9" * 40, b"-", b"1e999", b"NaN", b"null", b"\xc2\xa0",
    b"\xed\xa0\x80", b"\xf0\x9f\x90\x8e", b"household_id", b"total", b"{", b"}", b"[", b"]", b"[" * 300, b'{"a":' * 200, b":", b"- ", b"&a", b"*a",
    b"!!python/object/apply:os.system", b"? ", b"|", b">", b"#", b"%", b"...", b"---", b"date", b"blank", b"constant", b"join", b"from", b"split",
    b"find", b"(a+)+$", b"(?P<x>.)", b"\\1", b"lookup", b"codes", b"true", b"0", b"-1", b"1.5", b"99999999999999999999", b"~", b"@", b"`", b"$", b"%Y%m%d", b"%",
]
XML = [
    b"<c>", b"</c>", b'<c r="XFD1048576"><v>1</v></c>', b'r="A0"', b'r="ZZZZZZ1"', b't="s"', b't="e"', b't="inlineStr"', b"<v>999999</v>", b"<v>-1</v>", b"&amp;",
    b"&lol;", b"<!DOCTYPE x [<!ENTITY lol SYSTEM 'file:///etc/passwd'>]>", b"<![CDATA[", b"]]>", b'hidden="1"', b'min="0" max="99999"', b"</row>", b"<row>",
    b'table:number-rows-repeated="99999999"', b'table:number-columns-repeated="99999999"', b'state="hidden"', b'Target="../../../etc/passwd"', b'Target="http://localhost:9/x"', b"<mergeCell ref=\"A1:XFD9\"/>",
]


def blind(rng: Random, data: bytes, words: list[bytes] = INTERESTING) -> bytes:
    """One to six changes that know nothing of the format."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(8)
        if kind == 0 and out:
            out[min(at, len(out) - 1)] ^= 1 << rng.randrange(8)
        elif kind == 1 and out:
            out[min(at, len(out) - 1)] = rng.randrange(256)
        elif kind == 2:
            word = rng.choice(words)
            out[at : at + len(word)] = word
        elif kind == 3:
            out[at:at] = rng.choice(words)
        elif kind == 4:
            del out[at : at + rng.choice((1, 2, 8, 64, 512))]
        elif kind == 5:
            other = rng.randrange(len(out) + 1)
            out[at:at] = out[other : other + rng.choice((4, 16, 128))]
        elif kind == 6 and rng.random() < 0.3:
            del out[at:]
        else:
            out[at : at + 4] = struct.pack("<I", rng.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.randrange(1 << 32))))
    return bytes(out)


def text(rng: Random, data: bytes) -> bytes:
    """A text with words put into it that mean something to a parser."""
    return blind(rng, data, WORDS)


def package(rng: Random, data: bytes) -> bytes:
    """A ZIP that is sound, around members that are not; or the bytes of the ZIP itself."""
    if rng.random() < 0.3:
        return blind(rng, data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        members = source.infolist()
        chosen = rng.sample(members, min(len(members), rng.choice((1, 1, 2))))
        for member in members:
            content, name = source.read(member), member.filename
            if member in chosen:
                if rng.random() < 0.05:
                    continue
                if rng.random() < 0.05:
                    name = rng.choice(("../" + name, "/" + name, name + ".zip", name.upper(), "x" * 300, "a\x00b", name))
                content = blind(rng, content, XML + WORDS)
            target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def duck(rng: Random, data: bytes) -> bytes:
    """A DuckDB file whose blocks have been changed, with the sums of the blocks put right again."""
    out = bytearray(blind(rng, data))
    if rng.random() < 0.7:
        places = [(0, 4096), (4096, 4096), (8192, 4096), *((at, 16384) for at in range(12288, len(out), 16384))]
        for at, size in places:
            block = bytes(out[at + 8 : at + size])
            if len(block) == size - 8:
                out[at : at + 8] = _sum(block).to_bytes(8, "little")
    return bytes(out)


def _sum(block: bytes) -> int:
    total = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        total ^= (word * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return total
