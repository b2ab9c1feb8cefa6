"""polars' side: the same cleaning in lazy expressions on the streaming engine, then the same twelve features.

    pol.py ingest   FOLDER OUT --tables DIR [--how direct|staged]
    pol.py features OUT RESULT --tables DIR --as-of D,D... [--how range|loop]

Prints one JSON object, as duck.py does. polars reads UTF-8 only, so other files are converted first, and that is counted.
It has no hash fit for a pseudonym: Python's hmac makes those, once for each distinct number."""

import argparse
import datetime
import hmac
import json
import os
import sys
import time

import delivery

MOJIBAKE = {"Ã¸": "ø", "Ã¥": "å", "Ã¦": "æ", "Ã\x98": "Ø", "Ã˜": "Ø", "Ã\x85": "Å", "Ã…": "Å", "Ã\x86": "Æ", "Ã†": "Æ", "Ã©": "é"}
TOPS = ["03", "04", "05", "06", "09", "12", "15", "18", "21", "22", "24", "26", "27", "28", "30"]
DATES = ["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"]


def scan(files, kind, spill):
    parts = []
    for f in files:
        if f.kind == kind:
            want = [c for c in delivery.COLUMNS[kind] if c in f.columns]
            q = pl.scan_csv(delivery.utf8(f, spill), separator=f.separator, skip_lines=f.skip, infer_schema=False, empty_string_is_null=False,
                            new_columns=f.columns).select(want)
            if kind == "H1":
                q = q.with_columns(supplier=pl.col("supplier").str.strip_chars().str.to_lowercase()) if "supplier" in f.columns else q.with_columns(supplier=pl.lit(""))
            parts.append(q)
    return pl.concat(parts)


def look_at_ids(seen):
    """What each distinct id is: its cause if it is no CPR number, else number, birth, sex, pseudonym and citizen."""
    c = pl.col
    number_like = c("t").str.contains(r"^[0-9.,Ee+]+$") & c("t").str.contains(r"[.,Ee]")
    value = c("t").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    digits = c("t").str.replace_all(r"[.,]", "").str.extract(r"^([0-9]*)").str.strip_chars_end("0").str.len_chars()
    whole = (value > 0) & (value == value.floor()) & (~c("t").str.contains("[Ee]") | (digits >= 8))
    q = seen.with_columns(t=c("cpr").str.strip_chars())
    q = q.with_columns(
        cause=pl.when(c("t") == "").then(pl.lit("id_missing"))
        .when(c("t").str.starts_with("#") | (c("t") == "681") | c("t").str.contains(r"^[-0 .]*$")).then(pl.lit("id_bogus"))
        .when(number_like & ~whole.fill_null(False)).then(pl.lit("id_rounded")),
        number=pl.when(number_like).then(value.cast(pl.Int64, strict=False).cast(pl.String))
        .when(c("t").str.contains(r"^([0-9]{9}|[0-9]{5}-[0-9]{4})$")).then(pl.lit("0") + c("t").str.replace("-", "", literal=True))
        .otherwise(c("t").str.replace_all(r"[-\s]", "").str.to_uppercase()))
    q = q.with_columns(
        cause=pl.coalesce("cause", pl.when(c("number").str.contains("[^0-9A-Z]")).then(pl.lit("cpr_letters"))
                          .when(c("number").str.len_chars() != 10).then(pl.lit("cpr_length"))
                          .when(~c("number").str.contains(r"^([0-9]{10}|[0-9]{6}[01567][A-Z][A-Z][0-9])$")).then(pl.lit("cpr_letters"))),
        yy=c("number").str.slice(4, 2).cast(pl.Int32, strict=False), s=c("number").str.slice(6, 1), letters=c("number").str.contains("[A-Z]"))
    q = q.with_columns(year=c("yy") + pl.when(c("letters")).then(2000).when(c("s") <= "3").then(1900)
                       .when(c("s").is_in(["4", "9"])).then(pl.when(c("yy") <= 36).then(2000).otherwise(1900)).when(c("yy") <= 57).then(2000).otherwise(1800))
    born = (c("year").cast(pl.String) + c("number").str.slice(2, 2) + c("number").str.slice(0, 2)).str.to_date("%Y%m%d", strict=False)
    q = q.with_columns(birth=pl.when(c("cause").is_null()).then(born))
    q = q.with_columns(cause=pl.coalesce("cause", pl.when(c("birth").is_null()).then(pl.lit("cpr_date"))), birth=pl.when(~c("letters")).then("birth"),
                       sex=pl.when(c("letters")).then(pl.lit("unknown")).when(c("number").str.slice(9, 1).cast(pl.Int32, strict=False) % 2 == 0)
                       .then(pl.lit("female")).otherwise(pl.lit("male")))
    ids = q.select("cpr", "cause", "birth", "sex", number=pl.when(c("cause").is_null()).then("number"))
    numbers = ids["number"].drop_nulls().unique().sort()
    key = b"a key of the comparison's own".ljust(32, b".")
    people = pl.DataFrame({"number": numbers, "id": [hmac.digest(key, n.encode(), "sha256").hex() for n in numbers]}, schema={"number": pl.String, "id": pl.String})
    people = people.sort("id").with_columns(citizen=pl.int_range(pl.len(), dtype=pl.Int32))
    return ids.join(people, on="number", how="left")


def look_at_weeks(seen):
    c = pl.col
    q = seen.with_columns(y=c("year_week").str.split("-").list.get(0).str.strip_chars().cast(pl.Int32, strict=False),
                          w=c("week").str.strip_chars().str.replace(r"\.0$", "").cast(pl.Int32, strict=False))
    q = q.with_columns(fy=pl.when((c("w") == 53) & (pl.date(c("y"), 12, 28).dt.week() == 52)).then(c("y") - 1).otherwise("y"))
    q = q.with_columns(monday=pl.date(c("fy"), 1, 4).dt.truncate("1w") + pl.duration(days=7 * (c("w") - 1)))
    there = c("w").is_between(1, 53) & (c("monday").dt.iso_year() == c("fy"))
    return q.select("year_week", "week", monday=pl.when(there).then("monday"), week_53=c("fy") != c("y"),
                    week_cause=pl.when((c("year_week").str.strip_chars() == "") | (c("week").str.strip_chars() == "")).then(pl.lit("week_missing"))
                    .when(c("y").is_null() | c("w").is_null()).then(pl.lit("week_unreadable")).when(~there).then(pl.lit("week_no_such")))


def look_at_names(seen, tables):
    c = pl.col
    name = c("service")
    for wrong, right in MOJIBAKE.items():
        name = name.str.replace_all(wrong, right, literal=True)
    name = name.str.strip_chars().str.replace(r"\(FSIII\)$", "").str.replace_all(r"\s+", " ").str.strip_chars()
    known = pl.read_csv(f"{tables}/services.csv", infer_schema=False).select(key="name", code="code")
    q = seen.with_columns(name=name).with_columns(key=c("name").str.to_lowercase()).join(known, on="key", how="left")
    q = q.with_columns(code=pl.coalesce("code", pl.lit("X:") + c("name")), name_cause=pl.when(c("name") == "").then(pl.lit("service_missing")),
                       mojibake=c("service").str.contains("Ã", literal=True))
    return q.select("service", "code", "name_cause", "mojibake", code_no=c("code").rank("dense").cast(pl.Int16))


def ingest(a):
    files = delivery.files(a.folder)
    made = max(f.made for f in files if f.made)
    for d in (a.out, a.spill):
        os.makedirs(d, exist_ok=True)
    laps, start = {}, time.perf_counter()
    c, collect = pl.col, lambda q: q.collect(engine="streaming")

    def lap(name, since):
        laps[name] = round(time.perf_counter() - since, 3)
        return time.perf_counter()

    t = time.perf_counter()
    care, aids = scan(files, "H1", a.spill), scan(files, "A1", a.spill)
    t = lap("convert to UTF-8", t)
    if a.how == "staged":
        raw = os.path.join(a.spill, "raw.parquet")
        care.sink_parquet(raw, compression="lz4", statistics=False)
        care = pl.scan_parquet(raw)
    t = lap("stage", t)
    ids, weeks, names, more = pl.collect_all([care.select("cpr").unique(), care.select("year_week", "week").unique(), care.select("service").unique(), aids.select("cpr").unique()], engine="streaming")
    t = lap("distinct values", t)
    ids, weeks, names = look_at_ids(pl.concat([ids, more]).unique()), look_at_weeks(weeks), look_at_names(names, a.tables)
    t = lap("dictionaries", t)

    number = lambda col: (pl.when(c(col).str.contains(r"^[1-9][0-9]{0,2}(\.[0-9]{3})+$")).then(c(col).str.replace_all(".", "", literal=True))
                          .otherwise(c(col).str.replace(",", ".", literal=True)).cast(pl.Float32, strict=False))
    plain = c("minutes").cast(pl.Int32, strict=False)
    care = care.with_columns(c("minutes").str.strip_chars(), c("visits").str.strip_chars())
    q = (care.join(ids.lazy().select("cpr", "citizen", "birth", "cause"), on="cpr", how="left").join(weeks.lazy(), on=["year_week", "week"], how="left")
         .join(names.lazy(), on="service", how="left")
         .with_columns(m=pl.when(plain.is_null()).then(number("minutes")).otherwise(plain.cast(pl.Float32)), v=c("visits").cast(pl.Int32, strict=False)))
    q = q.with_columns(cause=pl.coalesce(
        "cause", "week_cause", pl.when(c("monday") + pl.duration(days=6) < c("birth")).then(pl.lit("before_birth")), "name_cause",
        pl.when(c("minutes") == "").then(pl.lit("minutes_missing")).when(c("m").is_null()).then(pl.lit("minutes_unreadable"))
        .when((c("v").is_null() & (c("visits") != "")) | (c("v") < 0) | (c("v") > 10080)).then(pl.lit("visits_unreadable"))
        .when(c("m") < 0).then(pl.lit("minutes_negative")).when((c("m") == 0) & ~((c("code") == "H1.11") & (c("v") > 0))).then(pl.lit("minutes_zero"))
        .when(c("m") > 10080).then(pl.lit("minutes_over_a_week")).when(c("monday") > made).then(pl.lit("after_extract_date"))))
    fine = c("cause").is_null()
    q = q.select("cause", "mojibake", "week_53", citizen=pl.when(fine).then("citizen"), week=pl.when(fine).then("monday"), code_no=pl.when(fine).then("code_no"),
                 supplier=pl.when(fine).then("supplier"), minutes=pl.when(fine).then("m"), visits=pl.when(fine).then(c("v").fill_null(0)))
    grouped = os.path.join(a.spill, "grouped.parquet")
    (q.group_by("citizen", "week", "code_no", "supplier", "minutes", "visits", "cause").agg(n=pl.len(), mojibake=c("mojibake").sum(), week_53=c("week_53").sum())
     .sink_parquet(grouped, compression="lz4", statistics=False))

    number = c("iso").str.strip_chars().str.replace(r"\.0$", "").str.replace_all(r"[ .-]", "")
    date = lambda col: pl.coalesce(*[c(col).str.strip_chars().str.to_date(f, strict=False) for f in DATES])
    loans = aids.join(ids.lazy().select("cpr", "citizen", "birth", "cause"), on="cpr", how="left").with_columns(
        d=number, lent_text=c("lent").str.strip_chars(), lent=date("lent"), back=date("returned"))
    short = c("d").str.len_chars().is_in([5, 7])
    loans = loans.with_columns(iso=pl.when(short).then(pl.lit("0") + c("d")).otherwise("d"), padded=short, lost=(c("returned").str.strip_chars() != "") & c("back").is_null())
    loans = loans.with_columns(cause=pl.coalesce("cause", pl.when(c("iso") == "").then(pl.lit("iso_missing")).when(~c("iso").str.contains("^[0-9]+$")).then(pl.lit("iso_unreadable"))
        .when(~c("iso").str.len_chars().is_in([6, 8])).then(pl.lit("iso_length")).when(~c("iso").str.slice(0, 2).is_in(TOPS)).then(pl.lit("iso_no_such_class"))
        .when(c("lent_text") == "").then(pl.lit("date_missing")).when(c("lent").is_null() | ~c("lent").dt.year().is_between(1950, 2099)).then(pl.lit("date_unreadable"))
        .when(c("lent") < c("birth")).then(pl.lit("before_birth")).when(c("back") < c("lent")).then(pl.lit("returned_before_lent"))
        .when(c("lent") > made).then(pl.lit("after_extract_date"))))
    loans = collect(loans.select("cause", "padded", "lost", citizen=pl.when(fine).then("citizen"), iso=pl.when(fine).then("iso"), lent=pl.when(fine).then("lent"),
                                 returned=pl.when(fine & (c("back") <= made)).then("back"))
                    .group_by("cause", "citizen", "iso", "lent", "returned").agg(n=pl.len(), padded=c("padded").sum(), lost=c("lost").sum()))
    t = lap("clean", t)

    codes = names.select("code_no", "code").unique()
    (pl.scan_parquet(grouped).filter(fine).group_by("citizen", "week", "code_no").agg(minutes=c("minutes").sum(), count=c("visits").sum()).sort("citizen", "week", "code_no")
     .join(codes.lazy(), on="code_no", how="left", maintain_order="left").select("citizen", "week", "code", "minutes", "count")
     .sink_parquet(f"{a.out}/services.parquet", compression="zstd"))
    kept = loans.filter(fine).sort("citizen", "lent", "iso", "returned")
    kept.select("citizen", "iso", "lent", "returned").write_parquet(f"{a.out}/aids.parquet", compression="zstd")
    have = pl.concat([collect(pl.scan_parquet(f"{a.out}/services.parquet").select("citizen").unique()), kept.select("citizen")]).unique()
    people = ids.drop_nulls("citizen").unique("citizen")
    people.join(have, on="citizen", how="semi").sort("citizen").select("citizen", "id", "sex", "birth").write_parquet(f"{a.out}/citizens.parquet", compression="zstd")
    t = lap("add up, sort, write", t)

    by_cause = lambda q: dict(sorted(collect(q.filter(~fine).group_by("cause").agg(c("n").sum())).iter_rows()))
    care_counts = pl.scan_parquet(grouped)
    counts = {"A1": by_cause(loans.lazy()), "H1": by_cause(care_counts)}
    counts["A1"]["duplicate"] = int(kept["n"].sum() - kept.height)
    counts["A1"]["iso_leading_zero"], counts["A1"]["return_date_unreadable"] = int(kept["padded"].sum()), int(kept["lost"].sum())
    n, d, m, w = collect(care_counts.filter(fine).select(c("n").sum(), pl.len().alias("d"), c("mojibake").sum(), c("week_53").sum())).row(0)
    counts["H1"]["duplicate"], counts["H1"]["mojibake"], counts["H1"]["week_53_of_calendar_year"] = n - d, m, w
    counts["read"] = {"A1": int(loans["n"].sum()), "H1": collect(care_counts.select(c("n").sum())).item()}
    lap("count", t)
    seconds = time.perf_counter() - start
    people.select("number", "citizen").write_parquet(f"{a.out}/link.parquet")  # for the parity check only
    return {"seconds": seconds, "laps": laps, "counts": counts}


def at(dates, folder, tables):
    """The lazy frame of the features at some dates; see duck.py for what is seen when."""
    c, day = pl.col, lambda n: pl.duration(days=n)
    d = pl.DataFrame({"t": dates}, schema={"t": pl.Date}).with_columns(lw=(c("t") - day(7)).dt.truncate("1w"))
    first, last = d["lw"].min() - datetime.timedelta(175), d["lw"].max()
    cls = pl.scan_csv(f"{tables}/classes.csv", infer_schema=False).select("iso", "class", mobility=c("concept") == "mobility_aids")
    svc = pl.scan_csv(f"{tables}/services.csv", infer_schema=False).select("code", "concept", training=c("training") == "true").unique()
    out = c("returned").is_null() | (c("returned") >= c("t"))
    loans = pl.scan_parquet(f"{folder}/aids.parquet").join(cls, on="iso", how="left")
    loans = loans.join(d.lazy(), how="cross").filter(c("lent") < c("t")) if len(dates) > 1 else loans.filter(c("lent") < dates[0]).with_columns(t=pl.lit(dates[0]))
    aid = loans.group_by("citizen", "t").agg(
        aids_on_loan=out.sum(), aids_new_365=(c("lent") >= c("t") - day(365)).sum(), latest=c("lent").max(),
        aids_classes=c("class").n_unique(), mobility_on_loan=(out & c("mobility")).sum())
    help_rows = (pl.scan_parquet(f"{folder}/services.parquet").join(svc, on="code", how="left")
                 .filter(~c("training").fill_null(False) & ((c("minutes") > 0) | (c("count") > 0))))
    began = help_rows.group_by("citizen").agg(began=c("week").min())
    m = c("minutes").cast(pl.Float64)
    weekly = help_rows.filter(c("week").is_between(first, last)).group_by("citizen", "week").agg(
        total=m.sum(), visits=c("count").sum(), personal=m.filter(c("concept") == "personal_care").sum(), practical=m.filter(c("concept") == "practical_help").sum())
    # Every week is seen by the dates whose window holds it; the few pairs of week and date are made first.
    mondays = pl.DataFrame({"week": pl.date_range(first, last, "1w", eager=True)})
    pairs = mondays.join(d, how="cross").filter(c("week").is_between(c("lw") - day(175), c("lw")))
    within = lambda col, n: c(col).filter(c("week") > c("lw") - day(7 * n)).sum()
    help_ = weekly.join(pairs.lazy(), on="week").group_by("citizen", "t").agg(
        weeks=pl.len(), total4=within("total", 4), total12=within("total", 12), personal12=within("personal", 12), practical12=within("practical", 12), visits4=within("visits", 4),
        before12=c("total").filter((c("week") > c("lw") - day(112)) & (c("week") <= c("lw") - day(28))).sum())
    q = (pl.scan_parquet(f"{folder}/citizens.parquet").select("citizen").join(d.lazy(), how="cross").join(aid, on=["citizen", "t"], how="left")
         .join(help_, on=["citizen", "t"], how="left").join(began, on="citizen", how="left"))
    z = lambda col: c(col).fill_null(0).cast(pl.Float64)
    return q.select(
        "citizen", as_of="t", aids_on_loan=z("aids_on_loan"), aids_new_365=z("aids_new_365"), aids_days_since_latest=(c("t") - c("latest")).dt.total_days().cast(pl.Float64),
        aids_classes=z("aids_classes"), mobility_on_loan=z("mobility_on_loan"), help_minutes_4w=z("total4") / 4, help_minutes_12w=z("total12") / 12,
        personal_minutes_12w=z("personal12") / 12, practical_minutes_12w=z("practical12") / 12, help_change_4w=z("total4") / 4 - z("before12") / 12,
        help_gap_weeks_26w=pl.when(c("began") <= c("lw")).then(
            pl.min_horizontal(pl.lit(26), (c("lw") - c("began")).dt.total_days() // 7 + 1).cast(pl.Float64) - z("weeks")),
        help_visits_4w=z("visits4") / 4)


def features(a):
    """range: every date in one query, by a join on the weeks of each window. loop: one query for each date."""
    dates = [datetime.date.fromisoformat(d) for d in a.as_of.split(",")]
    start = time.perf_counter()
    for i, some in enumerate([dates] if a.how == "range" else [[d] for d in dates]):
        at(some, a.folder, a.tables).sink_parquet(f"{a.out}.{i:02}.parquet", compression="snappy")
    return {"seconds": time.perf_counter() - start}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["ingest", "features"])
    p.add_argument("folder")
    p.add_argument("out")
    p.add_argument("--tables", default="")
    p.add_argument("--as-of", default="")
    p.add_argument("--how", default="")
    p.add_argument("--threads", default="2")
    p.add_argument("--spill", default="spill")
    a = p.parse_args()
    os.environ["POLARS_MAX_THREADS"] = a.threads  # read when polars is imported
    global pl
    import polars
    pl = polars
    json.dump({"ingest": ingest, "features": features}[a.what](a), sys.stdout)


if __name__ == "__main__":
    main()
