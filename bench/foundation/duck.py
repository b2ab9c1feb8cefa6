"""DuckDB's side: the same cleaning as far as SQL goes, then the same twelve features.

    duck.py names    FOLDER OUT                              distinct names and classes, for codetables (not timed)
    duck.py ingest   FOLDER OUT --tables DIR [--how direct|staged|converted]
    duck.py take     STORE OUT                               our tables as its own Parquet (not timed)
    duck.py features OUT RESULT --tables DIR --as-of D,D... [--how range|loop]

Prints one JSON object: seconds inside (without Python's start), and for ingest the rows by cause. What SQL cannot do, or
what was left out in DuckDB's favour, stands in README.md."""

import argparse
import dataclasses
import datetime
import json
import os
import sys
import time

import duckdb

import delivery

KEY = "a key of the comparison's own: DuckDB has no HMAC"


def connect(a):
    os.makedirs(a.spill, exist_ok=True)
    path = os.path.join(a.spill, "stage.duckdb")
    if os.path.exists(path):
        os.remove(path)
    return duckdb.connect(path, config={"threads": a.threads, "memory_limit": a.memory, "temp_directory": a.spill, "preserve_insertion_order": a.what == "take"})


def quoted(s):
    return "'" + s.replace("'", "''") + "'"


def source(files, kind):
    """One SELECT over all files of a kind. DuckDB reads UTF-8 and Latin-1 itself, one encoding per call."""
    optional = ", supplier" if kind == "H1" else ""
    parts = []
    for f in files:
        if f.kind != kind:
            continue
        columns = "{" + ", ".join(f"{quoted(c)}: 'VARCHAR'" for c in f.columns) + "}"
        want = ", ".join(f"coalesce({c}, '') AS {c}" for c in delivery.COLUMNS[kind] if c not in delivery.OPTIONAL)
        if optional:
            want += ", coalesce(lower(trim(supplier)), '') AS supplier" if "supplier" in f.columns else ", '' AS supplier"
        parts.append(f"""SELECT {want} FROM read_csv({quoted(f.path)}, auto_detect=false, header=true, skip={f.skip}, delim={quoted(f.separator)},
            quote='"', escape='"', encoding={quoted(f.encoding)}, columns={columns})""")
    return "\nUNION ALL\n".join(parts)


# Mojibake is undone letter by letter: the six Danish letters, by either reading of the second byte.
def tidy(column):
    e = column
    for wrong, right in [("Ã¸", "ø"), ("Ã¥", "å"), ("Ã¦", "æ"), ("Ã\x98", "Ø"), ("Ã˜", "Ø"), ("Ã\x85", "Å"), ("Ã…", "Å"), ("Ã\x86", "Æ"), ("Ã†", "Æ"), ("Ã©", "é")]:
        e = f"replace({e}, {quoted(wrong)}, {quoted(right)})"
    return f"trim(regexp_replace(regexp_replace(trim({e}), '\\(FSIII\\)$', ''), '\\s+', ' ', 'g'))"


# An ISO class with its blanks, dots and hyphens dropped and the zero put back that a spreadsheet ate.
PADDED = """(SELECT CASE WHEN length(d) IN (5, 7) THEN '0' || d ELSE d END FROM (SELECT regexp_replace(regexp_replace(trim(iso), '\\.0$', ''), '[ .-]', '', 'g') AS d))"""


def dictionary(con, a):
    """Every distinct id, week, service name and class is looked at once. Of ids that are not CPR numbers the cause is kept."""
    con.execute("""CREATE TEMP TABLE ids_seen AS SELECT cpr, sum(n) AS n FROM (
        SELECT cpr, count(*) AS n FROM aids_raw GROUP BY cpr UNION ALL SELECT cpr, n FROM seen WHERE g = 7) GROUP BY cpr""")
    con.execute(f"""CREATE TEMP TABLE ids AS
        WITH a AS (SELECT cpr, trim(cpr) AS t FROM ids_seen),
        b AS (SELECT cpr, t, CASE
                WHEN t = '' THEN 'id_missing'
                WHEN t[1] = '#' OR t = '681' OR regexp_full_match(t, '[-0 .]*') THEN 'id_bogus'
                WHEN regexp_full_match(t, '[0-9.,Ee+]+') AND regexp_matches(t, '[.,Ee]') AND NOT (
                    try_cast(replace(t, ',', '.') AS DOUBLE) > 0 AND try_cast(replace(t, ',', '.') AS DOUBLE) = trunc(try_cast(replace(t, ',', '.') AS DOUBLE))
                    AND (NOT regexp_matches(t, '[Ee]') OR length(regexp_replace(rtrim(regexp_extract(replace(replace(t, '.', ''), ',', ''), '^[0-9]*'), '0'), '[^0-9]', '', 'g')) >= 8))
                    THEN 'id_rounded' END AS cause FROM a),
        c AS (SELECT cpr, cause, CASE
                WHEN regexp_full_match(t, '[0-9.,Ee+]+') AND regexp_matches(t, '[.,Ee]') THEN CAST(CAST(try_cast(replace(t, ',', '.') AS DOUBLE) AS BIGINT) AS VARCHAR)
                WHEN regexp_full_match(t, '[0-9]{{9}}|[0-9]{{5}}-[0-9]{{4}}') THEN '0' || replace(t, '-', '')
                ELSE upper(regexp_replace(t, '[-\\s]', '', 'g')) END AS number FROM b),
        d AS (SELECT cpr, number, CASE
                WHEN cause IS NOT NULL THEN cause
                WHEN regexp_matches(number, '[^0-9A-Z]') THEN 'cpr_letters'
                WHEN length(number) <> 10 THEN 'cpr_length'
                WHEN NOT regexp_full_match(number, '[0-9]{{10}}|[0-9]{{6}}[01567][A-Z][A-Z][0-9]') THEN 'cpr_letters' END AS cause,
            try_cast(number[5:6] AS INTEGER) AS yy, number[7] AS s FROM c),
        e AS (SELECT *, CASE WHEN regexp_matches(number, '[A-Z]') THEN 2000 WHEN s <= '3' THEN 1900
                WHEN s IN ('4', '9') THEN CASE WHEN yy <= 36 THEN 2000 ELSE 1900 END
                WHEN yy <= 57 THEN 2000 ELSE 1800 END + yy AS year FROM d),
        f AS (SELECT *, CAST(try_strptime(lpad(CAST(year AS VARCHAR), 4, '0') || number[3:4] || number[1:2], '%Y%m%d') AS DATE) AS birth FROM e),
        g AS (SELECT cpr, number, coalesce(cause, CASE WHEN birth IS NULL THEN 'cpr_date' END) AS cause,
                CASE WHEN NOT regexp_matches(number, '[A-Z]') THEN birth END AS birth,
                CASE WHEN regexp_matches(number, '[A-Z]') THEN 'unknown' WHEN try_cast(number[10] AS INTEGER) % 2 = 0 THEN 'female' ELSE 'male' END AS sex
              FROM f)
        SELECT cpr, cause, CASE WHEN cause IS NULL THEN number END AS number, birth, sex,
            CASE WHEN cause IS NULL THEN sha256({quoted(KEY)} || number) END AS pseudonym,
            CASE WHEN cause IS NULL THEN CAST(dense_rank() OVER (PARTITION BY cause IS NULL ORDER BY sha256({quoted(KEY)} || number)) - 1 AS INTEGER) END AS citizen
        FROM g""")
    con.execute("""CREATE TEMP TABLE weeks AS
        WITH a AS (SELECT DISTINCT year_week, week FROM seen WHERE g = 9),
        b AS (SELECT *, try_cast(trim(split_part(year_week, '-', 1)) AS INTEGER) AS y, try_cast(regexp_replace(trim(week), '\\.0$', '') AS INTEGER) AS w FROM a),
        c AS (SELECT *, CASE WHEN w = 53 AND weekofyear(make_date(y, 12, 28)) = 52 THEN y - 1 ELSE y END AS fy FROM b WHERE y BETWEEN 1950 AND 2099),
        d AS (SELECT *, fy <> y AS repaired, date_trunc('week', make_date(fy, 1, 4))::DATE + 7 * (w - 1)::INTEGER AS monday FROM c)
        SELECT a.year_week, a.week, CASE WHEN w BETWEEN 1 AND 53 AND isoyear(monday) = fy THEN monday END AS monday, coalesce(repaired, false) AS repaired,
            CASE WHEN trim(a.year_week) = '' OR trim(a.week) = '' THEN 'week_missing' WHEN y IS NULL OR w IS NULL THEN 'week_unreadable'
                WHEN NOT (w BETWEEN 1 AND 53 AND isoyear(monday) = fy) THEN 'week_no_such' END AS cause
        FROM a LEFT JOIN d USING (year_week, week)""")
    con.execute(f"""CREATE TEMP TABLE names AS
        WITH a AS (SELECT service, {tidy('service')} AS name FROM seen WHERE g = 14),
        b AS (SELECT service, CASE WHEN a.name = '' THEN 'service_missing' END AS cause, coalesce(t.code, 'X:' || a.name) AS code, t.code IS NULL AS unknown,
                contains(service, 'Ã') AS mojibake
              FROM a LEFT JOIN read_csv({quoted(a.tables + '/services.csv')}, all_varchar=true, header=true) t ON lower(a.name) = t.name)
        SELECT *, CAST(dense_rank() OVER (ORDER BY encode(code)) AS SMALLINT) AS code_no FROM b""")


CLEAN = """CREATE TEMP TABLE grouped AS
    WITH a AS (SELECT i.citizen, i.birth, i.cause AS id_cause, w.monday, w.cause AS week_cause, w.repaired, s.code_no, s.cause AS name_cause, s.mojibake, s.code = 'H1.11' AS meals, r.supplier,
            CASE WHEN contains(minutes_text, '.') OR contains(minutes_text, ',') THEN
                CASE WHEN regexp_full_match(minutes_text, '[1-9][0-9]{0,2}(\\.[0-9]{3})+') THEN try_cast(replace(minutes_text, '.', '') AS FLOAT)
                     ELSE try_cast(replace(minutes_text, ',', '.') AS FLOAT) END
                ELSE try_cast(minutes_text AS INTEGER) END AS minutes,
            minutes_text = '' AS no_minutes, try_cast(visits_text AS INTEGER) AS visits, visits_text = '' AS no_visits
        FROM (SELECT *, trim(minutes) AS minutes_text, trim(visits) AS visits_text FROM care_raw) r JOIN ids i ON r.cpr = i.cpr JOIN weeks w ON r.year_week = w.year_week AND r.week = w.week JOIN names s ON r.service = s.service),
    b AS (SELECT *, coalesce(id_cause, week_cause, CASE WHEN monday + 6 < birth THEN 'before_birth' END, name_cause, CASE
            WHEN no_minutes THEN 'minutes_missing' WHEN minutes IS NULL THEN 'minutes_unreadable'
            WHEN visits IS NULL AND NOT no_visits OR visits < 0 OR visits > 10080 THEN 'visits_unreadable'
            WHEN minutes < 0 THEN 'minutes_negative' WHEN minutes = 0 AND NOT (meals AND visits > 0) THEN 'minutes_zero'
            WHEN minutes > 10080 THEN 'minutes_over_a_week' WHEN monday > $made THEN 'after_extract_date' END) AS cause FROM a)
    SELECT CASE WHEN cause IS NULL THEN citizen END AS citizen, CASE WHEN cause IS NULL THEN monday END AS week, CASE WHEN cause IS NULL THEN code_no END AS code_no,
        CASE WHEN cause IS NULL THEN supplier END AS supplier, CASE WHEN cause IS NULL THEN minutes END AS minutes,
        CASE WHEN cause IS NULL THEN coalesce(visits, 0) END AS visits, cause,
        count(*) AS n, count(*) FILTER (mojibake) AS mojibake, count(*) FILTER (repaired) AS week_53
    FROM b GROUP BY 1, 2, 3, 4, 5, 6, 7"""

AIDS = f"""CREATE TEMP TABLE loans AS
    WITH a AS (SELECT i.citizen, i.birth, i.cause AS id_cause, {PADDED} AS iso, length(regexp_replace(regexp_replace(trim(r.iso), '\\.0$', ''), '[ .-]', '', 'g')) IN (5, 7) AS padded,
            trim(r.lent) AS lent_text, trim(r.returned) AS returned_text,
            CAST(try_strptime(trim(r.lent), ['%d-%m-%Y', '%d/%m/%Y', '%d.%m.%Y', '%Y-%m-%d', '%d-%m-%Y %H:%M', '%Y-%m-%d %H:%M:%S']) AS DATE) AS lent,
            CAST(try_strptime(trim(r.returned), ['%d-%m-%Y', '%d/%m/%Y', '%d.%m.%Y', '%Y-%m-%d', '%d-%m-%Y %H:%M', '%Y-%m-%d %H:%M:%S']) AS DATE) AS returned
        FROM aids_raw r JOIN ids i ON r.cpr = i.cpr),
    b AS (SELECT *, returned_text <> '' AND returned IS NULL AS lost_return, coalesce(id_cause, CASE
            WHEN iso = '' THEN 'iso_missing' WHEN NOT regexp_full_match(iso, '[0-9]+') THEN 'iso_unreadable' WHEN length(iso) NOT IN (6, 8) THEN 'iso_length'
            WHEN iso[1:2] NOT IN ('03','04','05','06','09','12','15','18','21','22','24','26','27','28','30') THEN 'iso_no_such_class'
            WHEN lent_text = '' THEN 'date_missing' WHEN lent IS NULL OR year(lent) NOT BETWEEN 1950 AND 2099 THEN 'date_unreadable'
            WHEN lent < birth THEN 'before_birth' WHEN returned < lent THEN 'returned_before_lent' WHEN lent > $made THEN 'after_extract_date' END) AS cause FROM a)
    SELECT CASE WHEN cause IS NULL THEN citizen END AS citizen, CASE WHEN cause IS NULL THEN iso END AS iso, CASE WHEN cause IS NULL THEN lent END AS lent,
        CASE WHEN cause IS NULL AND returned <= $made THEN returned END AS returned, cause,
        count(*) AS n, count(*) FILTER (padded AND cause IS NULL) AS padded, count(*) FILTER (lost_return AND (cause IS NULL OR cause = 'after_extract_date')) AS lost
    FROM b GROUP BY 1, 2, 3, 4, 5"""


def ingest(a):
    files = delivery.files(a.folder)
    made = max(f.made for f in files if f.made)
    os.makedirs(a.out, exist_ok=True)
    laps, start = {}, time.perf_counter()

    def lap(name, since):
        laps[name] = round(time.perf_counter() - since, 3)
        return time.perf_counter()

    con = connect(a)
    t = time.perf_counter()
    if a.how == "converted":
        files = [dataclasses.replace(f, path=delivery.utf8(f, a.spill), encoding="utf-8") for f in files]
        t = lap("convert to UTF-8", t)
    for table, kind in (("aids_raw", "A1"), ("care_raw", "H1")):
        con.execute(f"CREATE {'VIEW' if a.how != 'staged' and kind == 'H1' else 'TABLE'} {table} AS {source(files, kind)}")
    t = lap("stage", t)
    # One pass over the rows finds every distinct id (g 7), week (9) and name (14).
    con.execute("""CREATE TEMP TABLE seen AS
        SELECT cpr, year_week, week, service, count(*) AS n, grouping(cpr, year_week, week, service) AS g
        FROM care_raw GROUP BY GROUPING SETS ((cpr), (year_week, week), (service))""")
    t = lap("distinct values", t)
    dictionary(con, a)
    t = lap("dictionaries", t)
    con.execute(AIDS, {"made": made})
    con.execute(CLEAN, {"made": made})
    t = lap("clean", t)
    zstd = "(FORMAT parquet, COMPRESSION zstd)"
    con.execute(f"""COPY (SELECT citizen, week, code, CAST(sum(minutes) AS FLOAT) AS minutes, CAST(sum(visits) AS INTEGER) AS count
        FROM grouped JOIN (SELECT DISTINCT code_no, code FROM names) USING (code_no) WHERE grouped.cause IS NULL GROUP BY citizen, week, code_no, code
        ORDER BY citizen, week, code_no) TO '{a.out}/services.parquet' {zstd}""")
    con.execute(f"COPY (SELECT citizen, iso, lent, returned FROM loans WHERE cause IS NULL ORDER BY citizen, lent, iso, returned NULLS FIRST) TO '{a.out}/aids.parquet' {zstd}")
    con.execute(f"""COPY (SELECT DISTINCT citizen, pseudonym AS id, sex, birth FROM ids WHERE citizen IN (
        SELECT citizen FROM '{a.out}/services.parquet' UNION SELECT citizen FROM '{a.out}/aids.parquet') ORDER BY citizen) TO '{a.out}/citizens.parquet' {zstd}""")
    t = lap("add up, sort, write", t)
    counts = {"A1": dict(con.execute("SELECT cause, CAST(sum(n) AS BIGINT) FROM loans WHERE cause IS NOT NULL GROUP BY 1 ORDER BY 1").fetchall()),
              "H1": dict(con.execute("SELECT cause, CAST(sum(n) AS BIGINT) FROM grouped WHERE cause IS NOT NULL GROUP BY 1 ORDER BY 1").fetchall())}
    one = lambda q: con.execute(q).fetchone()
    counts["A1"]["duplicate"], counts["A1"]["iso_leading_zero"], counts["A1"]["return_date_unreadable"] = one(
        "SELECT CAST(sum(n) - count(*) AS BIGINT), CAST(sum(padded) AS BIGINT), CAST(sum(lost) AS BIGINT) FROM loans WHERE cause IS NULL OR cause = 'after_extract_date'")
    counts["H1"]["duplicate"], counts["H1"]["mojibake"], counts["H1"]["week_53_of_calendar_year"] = one(
        "SELECT CAST(sum(n) - count(*) AS BIGINT), CAST(sum(mojibake) AS BIGINT), CAST(sum(week_53) AS BIGINT) FROM grouped WHERE cause IS NULL")
    counts["read"] = {"A1": one("SELECT CAST(sum(n) AS BIGINT) FROM loans")[0], "H1": one("SELECT CAST(sum(n) AS BIGINT) FROM grouped")[0]}
    lap("count", t)
    seconds = time.perf_counter() - start
    con.execute(f"COPY (SELECT DISTINCT number, citizen FROM ids WHERE citizen IS NOT NULL) TO '{a.out}/link.parquet'")  # for the parity check only
    return {"seconds": seconds, "laps": laps, "counts": counts}


def take(a):
    """The tables that it would have written, made from ours: where its own ingest did not finish, its features can still be computed."""
    con = connect(a)
    os.makedirs(a.out, exist_ok=True)
    for table, columns in (("services", "citizen, week, code, minutes, count"), ("aids", "citizen, iso, lent, returned")):
        con.execute(f"COPY (SELECT {columns} FROM '{a.folder}/{table}.parquet') TO '{a.out}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    con.execute(f"""COPY (SELECT CAST(file_row_number AS INTEGER) AS citizen, id, sex, birth FROM read_parquet('{a.folder}/citizens.parquet', file_row_number = true))
        TO '{a.out}/citizens.parquet' (FORMAT parquet, COMPRESSION zstd)""")
    return {}


def names(a):
    """Tidied distinct service names and padded classes."""
    con = connect(a)
    files = delivery.files(a.folder)
    os.makedirs(a.out, exist_ok=True)
    for file, query in (("names.txt", f"SELECT DISTINCT {tidy('service')} AS v FROM (SELECT DISTINCT service FROM ({source(files, 'H1')})) ORDER BY v"),
                        ("isos.txt", f"SELECT DISTINCT {PADDED} AS v FROM ({source(files, 'A1')}) ORDER BY v")):
        with open(os.path.join(a.out, file), "w") as f:
            f.writelines(v + "\n" for (v,) in con.execute(query).fetchall() if v and (file == "names.txt" or v.isdigit() and len(v) in (6, 8)))
    return {}


# What is seen on the morning of t: lent before t; returned before t, else still out. The last whole week before t is the
# one with Monday lw = Monday(t - 7 days). Training by the helper is no help.
FEATURES = """COPY (
    WITH dates AS (SELECT t, CAST(date_trunc('week', t - 7) AS DATE) AS lw FROM (SELECT unnest($dates) AS t)),
    cls AS (SELECT iso, class, concept = 'mobility_aids' AS mobility FROM read_csv('{tables}/classes.csv', all_varchar=true, header=true)),
    svc AS (SELECT DISTINCT code, concept, training = 'true' AS training FROM read_csv('{tables}/services.csv', all_varchar=true, header=true)),
    aid AS (SELECT citizen, t,
            count(*) FILTER (returned IS NULL OR returned >= t) AS aids_on_loan,
            count(*) FILTER (lent >= t - 365) AS aids_new_365,
            t - max(lent) AS aids_days_since_latest,
            count(DISTINCT class) AS aids_classes,
            count(*) FILTER (mobility AND (returned IS NULL OR returned >= t)) AS mobility_on_loan
        FROM '{out}/aids.parquet' a JOIN cls USING (iso) JOIN dates ON a.lent < t GROUP BY citizen, t),
    weekly AS (SELECT citizen, week, sum(minutes) AS total, sum(count) AS visits,
            sum(minutes) FILTER (concept = 'personal_care') AS personal, sum(minutes) FILTER (concept = 'practical_help') AS practical
        FROM '{out}/services.parquet' s LEFT JOIN svc USING (code)
        WHERE training IS NOT true AND (minutes > 0 OR count > 0) AND week >= (SELECT min(lw) - 175 FROM dates) AND week <= (SELECT max(lw) FROM dates)
        GROUP BY citizen, week),
    began AS (SELECT citizen, min(week) AS began FROM '{out}/services.parquet' LEFT JOIN svc USING (code)
        WHERE training IS NOT true AND (minutes > 0 OR count > 0) GROUP BY citizen),
    help AS (SELECT citizen, t, count(*) AS weeks,
            sum(total) FILTER (week > lw - 28) AS total4, sum(total) FILTER (week > lw - 84) AS total12,
            sum(total) FILTER (week > lw - 112 AND week <= lw - 28) AS before12,
            sum(personal) FILTER (week > lw - 84) AS personal12, sum(practical) FILTER (week > lw - 84) AS practical12,
            sum(visits) FILTER (week > lw - 28) AS visits4
        FROM weekly JOIN dates ON week BETWEEN lw - 175 AND lw GROUP BY citizen, t)
    SELECT c.citizen, d.t AS as_of,
        CAST(coalesce(aids_on_loan, 0) AS DOUBLE) AS aids_on_loan, CAST(coalesce(aids_new_365, 0) AS DOUBLE) AS aids_new_365,
        CAST(aids_days_since_latest AS DOUBLE) AS aids_days_since_latest, CAST(coalesce(aids_classes, 0) AS DOUBLE) AS aids_classes,
        CAST(coalesce(mobility_on_loan, 0) AS DOUBLE) AS mobility_on_loan,
        coalesce(total4, 0) / 4.0::DOUBLE AS help_minutes_4w, coalesce(total12, 0) / 12.0::DOUBLE AS help_minutes_12w,
        coalesce(personal12, 0) / 12.0::DOUBLE AS personal_minutes_12w, coalesce(practical12, 0) / 12.0::DOUBLE AS practical_minutes_12w,
        coalesce(total4, 0) / 4.0::DOUBLE - coalesce(before12, 0) / 12.0::DOUBLE AS help_change_4w,
        CASE WHEN began <= lw THEN CAST(least(26, (lw - began) // 7 + 1) - coalesce(weeks, 0) AS DOUBLE) END AS help_gap_weeks_26w,
        CAST(coalesce(visits4, 0) AS DOUBLE) / 4.0::DOUBLE AS help_visits_4w
    FROM '{out}/citizens.parquet' c CROSS JOIN dates d LEFT JOIN aid USING (citizen, t) LEFT JOIN help USING (citizen, t) LEFT JOIN began USING (citizen)
) TO '{result}' (FORMAT parquet, COMPRESSION snappy)"""


def features(a):
    """range: every date in one query, by a join on the window's ends. loop: one query for each date."""
    dates = [datetime.date.fromisoformat(d) for d in a.as_of.split(",")]
    start = time.perf_counter()
    con = connect(a)
    if a.how == "loop":
        for i, d in enumerate(dates):
            con.execute(FEATURES.format(tables=a.tables, out=a.folder, result=f"{a.out}.{i:02}.parquet"), {"dates": [d]})
    else:
        con.execute(FEATURES.format(tables=a.tables, out=a.folder, result=f"{a.out}.00.parquet"), {"dates": dates})
    return {"seconds": time.perf_counter() - start}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["names", "take", "ingest", "features"])
    p.add_argument("folder")
    p.add_argument("out")
    p.add_argument("--tables", default="")
    p.add_argument("--as-of", default="")
    p.add_argument("--how", default="")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--memory", default="12GB")
    p.add_argument("--spill", default="spill")
    a = p.parse_args()
    json.dump({"names": names, "take": take, "ingest": ingest, "features": features}[a.what](a), sys.stdout)


if __name__ == "__main__":
    main()
