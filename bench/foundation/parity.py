"""Do the engines agree? Every comparison is by person: the engines' pseudonyms differ, so a table from CPR number to each
engine's citizen is made first (the numbers are synthetic, and the demo key is known to everybody)."""

import base64
import glob
import hashlib
import hmac

import duckdb

DEMO_KEY = hashlib.sha256(b"rettidig demo key: everybody knows it, so it protects nothing").digest()
FEATURES = ["aids_on_loan", "aids_new_365", "aids_days_since_latest", "aids_classes", "mobility_on_loan", "help_minutes_4w", "help_minutes_12w",
            "personal_minutes_12w", "practical_minutes_12w", "help_change_4w", "help_gap_weeks_26w", "help_visits_4w"]
TOLERANCE = 1e-9


def pseudonym(number):
    short = hashlib.sha256(b"rettidig key id|" + DEMO_KEY).hexdigest()[:8]
    mac = hmac.digest(DEMO_KEY, b"cpr:v1|" + number.encode(), "sha256")
    return f"p{short}_" + base64.b32encode(mac).decode().lower().rstrip("=")


def our_counts(quality):
    """The report's rows by cause, in the other engines' form."""
    out = {"read": {"A1": 0, "H1": 0}, "A1": {}, "H1": {}}
    for f in quality["files"]:
        kind = f["kind"]
        out["read"][kind] += f["rows"]["read"]
        for fate in ("dropped", "quarantined", "merged", "repairs"):
            for cause, n in f[fate].items():
                out[kind][cause] = out[kind].get(cause, 0) + n
    return out


def check(store, quality, others, results, memory, spill):
    """store: folder of our Parquet files. others: {engine: {"out": folder, "counts": ...}}. results: {engine: glob of
    feature files}. Returns a list of {what, agrees, ...}."""
    con = duckdb.connect(config={"threads": 2, "memory_limit": memory, "temp_directory": spill})
    found = []

    def say(what, values, note=""):
        agrees = len(set(map(str, values.values()))) == 1
        found.append({"what": what, "agrees": agrees, **values} | ({"note": note} if note else {}))

    counts = {"ours": our_counts(quality)} | {e: o["counts"] for e, o in others.items()}
    for kind in ("A1", "H1"):
        say(f"{kind}: rows read", {e: c["read"][kind] for e, c in counts.items()})
        # What only our report tells (added_up is a sum of differing rows, which the others make without a count).
        for cause in sorted(set().union(*(c[kind] for c in counts.values())) - {"added_up"}):
            say(f"{kind}: {cause}", {e: c[kind].get(cause, 0) for e, c in counts.items()})

    folder = {"ours": store} | {e: o["out"] for e, o in others.items()}
    for table, query in (
        ("services", "count(*), CAST(sum(minutes) AS BIGINT), sum(count), min(week), max(week)"),
        ("aids", "count(*), count(returned), count(DISTINCT citizen), min(lent), max(lent)"),
        ("citizens", "count(*), count(*) FILTER (sex = 'female'), min(birth), max(birth)"),
    ):
        values = {e: con.execute(f"SELECT {query} FROM '{d}/{table}.parquet'").fetchone() for e, d in folder.items()}
        for i, name in enumerate(part.strip() for part in query.replace("CAST(sum(minutes) AS BIGINT)", "sum(minutes)").split(", ")):
            say(f"{table}: {name}", {e: v[i] if isinstance(v[i], int) else str(v[i]) for e, v in values.items()})

    # one table from number to everybody's citizen
    engines = list(others)
    numbers = [n for (n,) in con.execute(f"SELECT number FROM '{others[engines[0]]['out']}/link.parquet'").fetchall()]
    import pyarrow as pa
    ids = pa.table({"number": numbers, "id": [pseudonym(n) for n in numbers]})  # noqa: F841, read by name below
    con.execute("CREATE TABLE ours_ids AS SELECT * FROM ids")
    con.execute(f"CREATE TABLE link AS SELECT i.number, c.file_row_number::INTEGER AS ours FROM read_parquet('{store}/citizens.parquet', file_row_number=true) c JOIN ours_ids i USING (id)")
    for e in engines:
        con.execute(f"CREATE OR REPLACE TABLE link AS SELECT l.*, k.citizen AS {e} FROM link l LEFT JOIN '{others[e]['out']}/link.parquet' k USING (number)")
    say("citizens that every engine has", {"ours": con.execute(f"SELECT count(*) FROM '{store}/citizens.parquet'").fetchone()[0],
                                           "all": con.execute("SELECT count(*) FROM link WHERE " + " AND ".join(f"{e} IS NOT NULL" for e in engines)).fetchone()[0]})

    # facts, person by person: number of rows and the sum of a hash over all that is kept of each
    for table, what in (("services", "week, code, CAST(minutes AS DOUBLE), CAST(count AS BIGINT)"), ("aids", "iso, lent, returned")):
        sums = lambda d: f"(SELECT citizen, count(*) AS n, sum(CAST(hash({what}) AS HUGEINT)) AS h FROM '{d}/{table}.parquet' GROUP BY citizen)"
        con.execute(f"CREATE OR REPLACE TABLE ours_sum AS SELECT * FROM {sums(store)}")
        differ = {e: con.execute(f"""SELECT count(*) FROM (SELECT l.number, s.* FROM ours_sum s JOIN link l ON s.citizen = l.ours) a
            FULL JOIN (SELECT l.number, s.* FROM {sums(others[e]['out'])} s JOIN link l ON s.citizen = l.{e}) b USING (number)
            WHERE a.n IS DISTINCT FROM b.n OR a.h IS DISTINCT FROM b.h""").fetchone()[0] for e in engines}
        say(f"{table}: citizens whose rows differ from ours", {"ours": 0} | differ)

    # features, value by value
    for which in next(iter(results.values())):
        for e in engines:
            row = con.execute(f"""SELECT count(*), count(a.citizen), count(b.citizen), """ + ", ".join(
                f"max(abs(a.{f} - b.{f})), count(*) FILTER ((a.{f} IS NULL) <> (b.{f} IS NULL))" for f in FEATURES) + f"""
                FROM (SELECT l.number, f.* FROM '{results['ours'][which]}' f JOIN link l ON f.citizen = l.ours) a
                FULL JOIN (SELECT l.number, f.* FROM '{results[e][which]}' f JOIN link l ON f.citizen = l.{e}) b ON a.number = b.number AND a.as_of = b.as_of""").fetchone()
            worst = max(v or 0 for v in row[3::2])
            nulls = sum(row[4::2])
            per = {f: {"largest_difference": row[3 + 2 * i], "missing_in_one_only": row[4 + 2 * i]} for i, f in enumerate(FEATURES)}
            found.append({"what": f"features, {which}: {e} against ours", "agrees": worst <= TOLERANCE and nulls == 0 and row[0] == row[1] == row[2] and row[0] > 0,
                          "rows": row[0], "values": row[0] * len(FEATURES), "largest_difference": worst, "missing_in_one_only": nulls,
                          "columns_that_differ": {f: d for f, d in per.items() if (d["largest_difference"] or 0) > TOLERANCE or d["missing_in_one_only"]}})
    return found


def store_folder(work):
    """Where our Parquet files are."""
    with open(f"{work}/store/CURRENT") as f:
        return glob.glob(f"{work}/store/{f.read().strip()}")[0]
