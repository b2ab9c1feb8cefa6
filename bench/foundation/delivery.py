"""What the comparison engines are told about a delivery before they start: which files are aids (A1) and home care (H1),
where the header is, how the columns are called and which encoding the text has. Reading the first ten lines of each file
is all that it does, so it costs nothing; train ingest finds the same things out by itself, inside its time."""

import datetime
import os
import re
from dataclasses import dataclass

COLUMNS = {  # our name: folded titles
    "A1": {"cpr": ["personnummer"], "iso": ["kategoriisonummer"], "lent": ["leveretdato"], "returned": ["returneretdato"]},
    "H1": {"cpr": ["personnummer"], "year_week": ["aaruge"], "week": ["ugenummer"], "service": ["ydelsenavn"],
           "minutes": ["leverettidminutter"], "visits": ["antalydelser"],
           "supplier": ["leverandoer", "leverandoernavn", "leverandoertype", "organisation", "organisationsnavn"]},
}
OPTIONAL = {"supplier"}


@dataclass
class File:
    path: str
    kind: str
    separator: str
    skip: int  # lines above the header
    columns: list  # our names in the file's order; "x3" for a column that is not read
    encoding: str  # "utf-8" or "latin-1"
    made: datetime.date | None
    bytes: int


def fold(s):
    s = s.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(c for c in s if c.isalnum())


def look(path):
    """Recognises one file; None if it is neither A1 nor H1 as CSV."""
    with open(path, "rb") as f:
        head = [f.readline() for _ in range(10)]
    raw = b"".join(head)
    try:
        raw.decode("utf-8")
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "latin-1"
    made = None
    for skip, line in enumerate(head):
        text = line.decode(encoding, "replace").strip("\r\n\ufeff")
        if m := re.search(r"(\d\d)-(\d\d)-(\d{4})", text):
            made = made or datetime.date(int(m[3]), int(m[2]), int(m[1]))
        for separator in ",;\t":
            titles = [fold(t.strip('" ')) for t in text.split(separator)]
            for kind, want in COLUMNS.items():
                at = {titles.index(n): ours for ours, names in want.items() for n in names if n in titles}
                if set(want) - OPTIONAL <= set(at.values()):
                    return File(path, kind, separator, skip, [at.get(i, f"x{i}") for i in range(len(titles))], encoding, made, os.path.getsize(path))
    return None


def files(folder):
    """All A1 and H1 files of a folder, by name."""
    found = [look(os.path.join(folder, n)) for n in sorted(os.listdir(folder)) if n.lower().endswith(".csv")]
    return [f for f in found if f]


def utf8(f, folder):
    """The file itself if it is UTF-8, else a converted copy."""
    if f.encoding == "utf-8":
        return f.path
    to = os.path.join(folder, os.path.basename(f.path))
    with open(f.path, "rb") as src, open(to, "wb") as dst:
        while chunk := src.read(16 << 20):
            dst.write(chunk.decode("latin-1").encode("utf-8"))
    return to
