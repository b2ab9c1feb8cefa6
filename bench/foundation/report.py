"""Makes Markdown of result.json: one page for each scale, and one table over all scales."""

import glob
import json
import os
from statistics import median

NAMES = {"ours": "Rettidig", "duckdb": "DuckDB", "polars": "polars"}
STEPS = {"ingest": "ingest", "features_1": "features, 1 date", "features_12": "features, 12 dates"}


def figures(r):
    """Median, least and most seconds and the largest memory, by step and engine; None where a run failed."""
    out = {}
    for step in STEPS:
        for e in NAMES:
            mine = [x for x in r["runs"] if x["engine"] == e and x["step"] == step]
            if not mine:
                continue
            bad = [x["failed"] for x in mine if "failed" in x]
            s = [x["seconds"] for x in mine if "failed" not in x]
            out[step, e] = {"failed": bad[0]} if bad else {
                "median": median(s), "least": min(s), "most": max(s), "cpu": median(x["user"] + x["system"] for x in mine),
                "rss": max(x["peak_rss"] for x in mine), "anonymous": max(x["peak_anonymous"] for x in mine), "each": s}
    return out


def short(n):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.3g} {unit}"
    return f"{n:.3g}"


def paired(fig, step, e):
    """Median over the runs of the other engine's seconds divided by ours in the same run: above 1, ours was faster."""
    a, b = fig.get((step, "ours")), fig.get((step, e))
    if not a or not b or "failed" in a or "failed" in b:
        return None
    ratios = [y / x for x, y in zip(a["each"], b["each"])]
    return median(ratios), min(ratios), max(ratios)


def one(r):
    fig, m, i = figures(r), r["machine"], r["input"]
    events = sum(r["facts"].values())
    loads = [x["load_before"] for x in r["runs"]]
    lines = [
        f"# {i['citizens_asked']:,} citizens, {i['from']} to {i['to']}", "",
        f"`{r['command']}`", "",
        f"{m['cpu']}, {m['cores']} cores, {m['memory_bytes'] / 2**30:.0f} GiB of memory, {m['system']} {m['architecture']}; {r['threads']} threads for everybody, DuckDB's memory limit "
        f"{r['duckdb_memory_limit']}, no limit for the others. " + ", ".join(f"{k} {v}" for k, v in r["versions"].items()) + f". {r['day']}.", "",
        f"Load average before the runs: {min(loads):.1f} to {max(loads):.1f}" + (". **The machine was busy with other work: these times are no result.**" if median(loads) > m["cores"] + 0.5 or min(loads) > 1.5 else "."), "",
        f"Input: {i['files']} CSV files, {short(i['bytes'])}B, {i['rows']:,} rows, {'from the page cache' if i['from_page_cache'] else 'from the disk (dropped from the page cache before each run)'}; "
        f"{r['citizens']:,} citizens with {events:,} facts ({r['facts']['services']:,} service weeks, {r['facts']['aids']:,} loans).", "",
        "| step | engine | seconds, median (least to most) | rows/s | MB/s of CSV | CPU s | peak memory | of which anonymous | against ours, paired |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (step, e), f in fig.items():
        how = r["chosen"].get(f"{e} {step}")
        name = NAMES[e] + (f" ({how})" if how else "")
        if "failed" in f:
            lines.append(f"| {STEPS[step]} | {name} | did not finish: {f['failed']} | | | | | | |")
            continue
        rows = i["rows"] if step == "ingest" else r["citizens"] * int(step.split("_")[1])
        ratio = paired(fig, step, e)
        rate = f"{i['bytes'] / f['median'] / 1e6:.0f}" if step == "ingest" else ""
        against = "" if e == "ours" or not ratio else "%.2f (%.2f to %.2f)" % ratio
        lines.append(f"| {STEPS[step]} | {name} | {f['median']:.3g} ({f['least']:.3g} to {f['most']:.3g}) | {short(rows / f['median'])} | {rate} | {f['cpu']:.3g} | "
                     f"{short(f['rss'])}B | {short(f['anonymous'])}B | {against} |")
    lines += ["", "Rows of ingest are CSV rows read; rows of features are citizens times dates, twelve values each. The last column is the engine's seconds divided by ours in the same run: "
              "above 1, ours was faster. Seconds of DuckDB and polars are without Python's start and import; ours are those of the whole process for ingest.", ""]
    lines.append("On disk, bytes per fact: " + ", ".join(f"{NAMES[e]} {b / events:.2f}" for e, b in r["stored_bytes"].items()) + " (Parquet with zstd, citizens included; ours also keeps when each fact became known).")
    laps = [x for x in r["runs"] if x.get("laps")]
    for e in ("duckdb", "polars"):
        mine = [x["laps"] for x in laps if x["engine"] == e]
        if mine:
            lines.append(f"\n{NAMES[e]} by phase, median seconds: " + ", ".join(f"{k} {median(x[k] for x in mine):.3g}" for k in mine[0]) + ".")
    lines.append("\nFormulations tried, seconds: " + "; ".join(f"{k}: " + (v if isinstance(v, str) else ", ".join(f"{h} {s}" for h, s in v.items())) for k, v in r["formulations_tried"].items()) + ".")
    x = r["limits"]
    lines += ["", "## How far from the limit", "",
              "| | bytes/s | our ingest, as a share |", "|---|---|---|"]
    rate = i["bytes"] / fig["ingest", "ours"]["median"] if "median" in fig.get(("ingest", "ours"), {}) else 0
    for k, label in (("read_cold_bytes_per_second", "reading the CSV from the disk, one thread"), ("read_warm_bytes_per_second", "reading it from the page cache, one thread"),
                     ("copy_1_bytes_per_second", "copying memory, one thread"), ("copy_2_bytes_per_second", "copying memory, two threads"),
                     ("write_bytes_per_second", "writing a file with fsync")):
        lines.append(f"| {label} | {short(x[k])}B/s | {rate / x[k]:.1%} |" if not k.startswith("write") else f"| {label} | {short(x[k])}B/s | |")
    good = [p for p in r["parity"] if p["agrees"]]
    lines += ["", "## Do the engines agree", "", f"{len(good)} of {len(r['parity'])} comparisons agree.", "",
              "| what | agrees | values |", "|---|---|---|"]
    for p in r["parity"]:
        values = ", ".join(f"{k} {v:,}" if isinstance(v, int) else f"{k} {v}" for k, v in p.items() if k not in ("what", "agrees", "columns_that_differ") or k == "columns_that_differ" and v)
        lines.append(f"| {p['what']} | {'yes' if p['agrees'] else '**no**'} | {values} |")
    return "\n".join(lines) + "\n"


def scales(out):
    """One line for each scale and engine: what a citizen costs, which must not grow."""
    results = []
    for path in glob.glob(os.path.join(out, "*", "result.json")):
        with open(path) as f:
            results.append(json.load(f))
    results.sort(key=lambda r: r["input"]["citizens_asked"])
    lines = ["| citizens asked | with facts | facts | engine | ingest: µs per citizen | ns per row | rows/s | peak memory | anonymous bytes per citizen | bytes per fact on disk | "
             "features, 1 date: µs per citizen | rows/s | 12 dates: µs per citizen and date | rows/s | agree |",
             "|" + "---|" * 15]
    for r in results:
        fig, n, rows = figures(r), r["citizens"], r["input"]["rows"]
        events = sum(r["facts"].values())
        for e in NAMES:
            cell = {}
            for step in STEPS:
                f = fig.get((step, e))
                cell[step] = f["median"] if f and "median" in f else None
            show = lambda v, by, digits=3: f"{v / by * 1e6:.{digits}g}" if v else "did not finish"
            rate = lambda k, v: short(k / v) if v else ""
            g = fig.get(("ingest", e))
            if g is None:
                continue
            lines.append("| " + " | ".join([
                f"{r['input']['citizens_asked']:,}", f"{n:,}", f"{events:,}", NAMES[e], show(cell["ingest"], n), show(cell["ingest"], rows / 1e3), rate(rows, cell["ingest"]),
                short(g["rss"]) + "B" if "rss" in g else "", short(g["anonymous"] / n) if "rss" in g else "", f"{r['stored_bytes'][e] / events:.2f}" if e in r["stored_bytes"] else "",
                show(cell["features_1"], n), rate(n, cell["features_1"]), show(cell["features_12"], 12 * n), rate(12 * n, cell["features_12"]),
                f"{sum(p['agrees'] for p in r['parity'])} of {len(r['parity'])}"]) + " |")
    text = "\n".join(lines) + "\n"
    with open(os.path.join(out, "table.md"), "w") as f:
        f.write(text)
    return text
