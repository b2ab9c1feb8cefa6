"""Every speed comparison with the peers in one go; called by `run` beside this, and ../README.md tells how.

A unit is a part at a size: boost_speed.py, glm/, score_speed.py or gam_speed.py called once, which measure ours and the peers in turns. What a unit
found is kept in OUT/done with the time, the load of the machine and the revision it was measured at, so that a run may be stopped and goes on where
it was; --redo forgets parts (`--redo ebm`: what the EBMs said, which is otherwise kept even when `gam` is measured again). The result is OUT/result.md and
OUT/result.json: first each goal with ours, the peer's, the ratio, and whether it is met, then all that was measured. --quick does small
sizes with few rounds in OUT/quick.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

HERE = pathlib.Path(__file__).resolve().parent
PARTS = ["boost", "glm", "score", "gam"]  # the one that takes hours is last
PACKAGES = ["lightgbm", "xgboost-cpu", "interpret-core", "scikit-learn", "numpy", "pandas"]
TABLES = ["german_credit", "framingham", "mlc_churn", "adult"]


def rounds(n):
    return 9 if n <= 10_000 else 5 if n <= 100_000 else 3


def units(a):
    """(part, name, command) of all that is asked for."""
    py, out = sys.executable, []
    add = lambda part, name, *cmd: part in a.parts and out.append((part, name, [str(c) for c in cmd]))
    for n in a.sizes or ([800, 10_000] if a.quick else [800, 10_000, 100_000, 1_000_000]):
        r = a.rounds or (2 if a.quick else rounds(n))
        add("boost", n, py, HERE / "boost_speed.py", "--ours", a.bin / "boost", "--rows", n, "--repeat", r, "--threads", a.threads)
    for n in a.sizes or ([800] if a.quick else [800, 10_000, 100_000, 1_000_000]):
        r = a.rounds or (3 if a.quick else rounds(n))
        peer = HERE / "glm/glm_speed.R" if a.glmnet and n <= 100_000 else ""  # at a million glmnet wants hours
        add("glm", n, a.bin / "glm", "-rows", n, "-rounds", r, "-threads", a.threads, "-peer", peer)
    n, some, r = (10_000, 300, 2) if a.quick else (100_000, 2_000, 9)
    add("score", n, py, HERE / "score_speed.py", "--ours", a.bin / "score", "--rows", n, "--reasons", some, "--rounds", a.rounds or r, "--threads", a.threads)
    gam = [py, HERE / "gam_speed.py", "--ours", a.bin / "gam", "--kept", a.out / "ebm", "--limit", a.limit, "--jobs", a.jobs]
    for n in [s for s in a.sizes if s <= 100_000] or ([800] if a.quick else [800, 10_000, 100_000]):
        add("gam", n, *gam, "--synthetic", n, "--only", a.folds or (1 if a.quick else 3))
    for name in a.tables:
        add("gam", name, *gam, "--data", a.data, "--table", name, *(["--only", a.folds] if a.folds else []))
    return out


def load():
    return " ".join(open("/proc/loadavg").read().split()[:3])


def measure(a, part, name, cmd):
    """Calls a unit, or takes what is kept of it."""
    file = a.out / "done" / f"{part}-{name}.json"
    if file.exists():
        kept = json.loads(file.read_text())
        if kept.get("threads", a.threads) == a.threads:
            return kept
    print(f"== {part} {name}", file=sys.stderr, flush=True)
    got = {"part": part, "name": name, "threads": a.threads, "when": now(), "revision": a.revision, "load_before": load()}
    begin = time.time()
    r = subprocess.run(cmd, stdout=subprocess.PIPE, text=True)
    if r.returncode:
        print(f"{part} {name} failed: {' '.join(cmd)}", file=sys.stderr)
        return None
    got |= {"load_after": load(), "took": time.time() - begin, "result": json.loads(r.stdout)}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(got))
    part.rename(file)
    print(f"   {got['took']:.0f} s", file=sys.stderr, flush=True)
    return got


def now():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def said(*cmd):
    """What a command prints, or nothing."""
    try:
        return subprocess.run(cmd, capture_output=True, text=True, cwd=HERE, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine(a):
    info = open("/proc/cpuinfo").read()
    name = re.search(r"model name\s*: (.*)", info)
    kb = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read())[1])
    return {"processor": name[1] if name else platform.machine(), "cores": os.cpu_count(), "memory_mb": kb // 1024, "system": platform.platform(),
            "go": said("go", "env", "GOVERSION"), "python": platform.python_version(), "packages": {p: version(p) for p in PACKAGES},
            "glmnet": a.glmnet or "not there", "revision": a.revision, "threads": a.threads}


def spread(median, least, most):
    return {"median": median, "least": least, "most": most}


def of(values):
    return spread(statistics.median(values), min(values), max(values))


class Goals:
    """Rows of the first table. Smaller is better unless a row says otherwise."""

    def __init__(self):
        self.rows = []

    def add(self, what, size, ours, peer, who, goal=None, times=None, at_most=None, unit="s", note=""):
        """ours and peer are spreads. goal: largest ours/peer; times: smallest ours/peer; at_most: largest ours."""
        ratio = ours["median"] / peer["median"] if peer else None
        met = None
        if goal is not None:
            text, met = f"at most {goal:g} of it", ratio <= goal
        elif times is not None:
            text, met = f"at least {times:g} times", ratio >= times
        elif at_most is not None:
            text, met = f"at most {at_most:g} {unit}", ours["median"] <= at_most
        else:
            text = ""
        self.rows.append({"what": what, "size": size, "ours": ours, "peer": peer, "who": who, "ratio": ratio, "goal": text, "met": met, "unit": unit, "note": note})


def boost_goals(goals, n, r):
    ours = r["boost"]
    plain = {k: v for k, v in r.items() if k.startswith("lightgbm-") and k != "lightgbm-quantised"}
    fast = min(plain, key=lambda k: plain[k]["median"])
    thrifty = min(plain, key=lambda k: plain[k]["cpu"])
    one = lambda x: spread(x, x, x)
    goals.add("boost, training", n, ours, plain[fast], fast, goal=0.7 if n <= 10_000 else 0.8)
    goals.add("boost, training, CPU", n, one(ours["cpu"]), one(plain[thrifty]["cpu"]), thrifty)
    goals.add("boost, training", n, ours, r["lightgbm-quantised"], "lightgbm-quantised", goal=1)
    least = min(plain, key=lambda k: plain[k]["peak_mb"])
    goals.add("boost, peak memory", n, one(ours["peak_mb"]), one(plain[least]["peak_mb"]), least, goal=1, unit="MB")
    added = lambda v: v["peak_mb"] - v["start_mb"]
    least = min(plain, key=lambda k: added(plain[k]))
    goals.add("boost, memory added to the input's", n, one(added(ours)), one(added(plain[least])), least, unit="MB")


def glm_goals(goals, n, r):
    ours, peer = r["ours"], r.get("glmnet")
    for what, name in (("path", "path of 100 penalties"), ("cv", "cross-validation")):
        get = lambda side, unit: spread(*(side[what][k][unit] for k in ("median", "least", "most")))
        for unit, label in (("wall", ""), ("cpu", ", CPU")):
            goals.add(f"glm, {name}{label}", n, get(ours, unit), get(peer, unit) if peer else None, "glmnet" if peer else "",
                      goal=0.7 if peer else None)
    memory = lambda m: spread(*[m["peak_kb"] / 1024] * 3)
    goals.add("glm, peak memory", n, memory(r["ours_memory"]), memory(r["glmnet_memory"]) if peer else None, "glmnet" if peer else "", unit="MB")
    us = r["row_with_terms_us"]
    goals.add("glm, one row with reasons", n, spread(us, us, us), None, "", at_most=2, unit="µs")


def gam_goals(goals, name, r):
    folds = r["folds"]
    open_ = [f for f in folds if not f["ebm"]["finished"]]
    ours, peer = of([statistics.median(f["ours_cpu"]) for f in folds]), of([f["ebm"]["cpu_seconds"] for f in folds])
    times = statistics.median(f["times_faster"] for f in folds)
    note = f"EBM not finished after {max(f['ebm']['cpu_seconds'] for f in open_):.0f} CPU s in {len(open_)} of {len(folds)} folds: at least {times:.0f}x" if open_ else ""
    row = {"what": "gam, training, CPU", "size": name, "ours": ours, "peer": peer, "who": "EBM", "ratio": 1 / times, "goal": "at least 50 times faster",
           "met": times >= 50 if not open_ or times >= 50 else None, "unit": "s", "note": note or f"{times:.0f} times faster, by folds {min(f['times_faster'] for f in folds):.0f} to {max(f['times_faster'] for f in folds):.0f}"}
    goals.rows.append(row)
    if "logloss" in r:
        l = r["logloss"]
        room = l["ebm_se"]  # none for one fold, which decides nothing: accuracy has five
        goals.rows.append({"what": "gam, log loss", "size": name, "ours": spread(*[l["ours"]] * 3), "peer": spread(*[l["ebm"]] * 3), "who": "EBM", "ratio": l["ours"] / l["ebm"],
                           "goal": "not above by more than the EBM's standard error", "met": l["difference"] <= room if room else None, "unit": "nats",
                           "note": f"difference {l['difference']:+.4f}" + (f" ± {l['difference_se']:.4f}, the EBM's standard error {room:.4f}" if room else ", one fold, so that there is no standard error to judge it by")})
    done = [f for f in folds if f["ebm"]["finished"]]
    mb = lambda side: of([f[side]["peak_kb"] / 1024 for f in done])
    goals.add("gam, peak memory", name, of([f["ours"]["peak_kb"] / 1024 for f in folds]), mb("ebm") if done else None, "EBM" if done else "", unit="MB")
    goals.add("gam, one row with reasons", name, of([us for f in folds for us in f["row_with_reasons_us"]]), None, "", at_most=2, unit="µs")


def score_goals(goals, n, r):
    for lib in ("xgboost", "lightgbm"):
        both = r[lib + " model"]
        get = lambda who, key: (lambda v: spread(v["median"], v["lowest"], v["highest"]))(both[who][key])
        x = lib == "xgboost"
        goals.add(f"score one row, {lib}'s model", n, get("ours", "one_row_us"), get(lib, "one_row_us"), lib + " from Python", at_most=2, unit="µs")
        goals.add(f"score one row with reasons, {lib}'s model", n, get("ours", "contributions_1_cpu_us_per_row"), get(lib, "contributions_1_cpu_us_per_row"), lib + ", in a batch", at_most=15, unit="µs")
        for k in sorted({1, r["threads"]}):
            goals.add(f"score a batch, {k} thread{'s' * (k > 1)}", n, get("ours", f"batch_{k}_rows_per_s"), get(lib, f"batch_{k}_rows_per_s"), lib, times=3 if x else None, unit="rows/s")
            goals.add(f"reasons of a batch, {k} thread{'s' * (k > 1)}", n, get("ours", f"contributions_{k}_rows_per_s"), get(lib, f"contributions_{k}_rows_per_s"), lib, times=1 if x else None, unit="rows/s")


GOALS = {"boost": lambda g, n, r: boost_goals(g, n, r[str(n)]), "glm": glm_goals, "gam": gam_goals, "score": score_goals}


def figure(v, unit):
    if unit in ("rows/s", "MB"):
        return f"{v:,.0f}"
    if unit == "nats":
        return f"{v:.4f}"
    return f"{v:.3g}" if v < 100 else f"{v:,.0f}"


def cell(s, unit):
    if s is None:
        return ""
    m, lo, hi = (figure(s[k], unit) for k in ("median", "least", "most"))
    if s["least"] == s["most"]:
        return f"{m} {unit}"
    return f"{m} ({lo}–{hi}) {unit}"


def markdown(head, rows, done):
    h = head["machine"]
    met = [r for r in rows if r["met"] is not None]
    lines = ["# Speed and memory beside the peers", "",
             f"{h['processor']}, {h['cores']} cores, {h['memory_mb']:,} MB, {h['system']}; {h['go']}, Python {h['python']}, "
             + ", ".join(f"{k} {v}" for k, v in h["packages"].items()) + f", glmnet {h['glmnet']}. {h['threads']} threads (gam and EBM: one, glmnet: one). Revision {h['revision']}, {head['when']}.", "",
             f"`{head['command']}`", "",
             f"{sum(r['met'] for r in met)} of {len(met)} goals are met. Medians, with the least and the most. The ratio is ours over the peer's.", "",
             "| what | rows or table | ours | peer | | ours/peer | goal | met |", "|---|---|---|---|---|---|---|---|"]
    for r in rows:
        size = f"{r['size']:,}" if isinstance(r["size"], int) else r["size"]
        lines.append(f"| {r['what']} | {size} | {cell(r['ours'], r['unit'])} | {cell(r['peer'], r['unit'])} | {r['who']} | "
                     + (f"{r['ratio']:.3g}" if r["ratio"] is not None and r["ratio"] < 10 else f"{r['ratio']:.0f}" if r["ratio"] is not None else "")
                     + f" | {r['goal']} | {'' if r['met'] is None else 'yes' if r['met'] else '**no**'} |")
    notes = [r for r in rows if r["note"]]
    if notes:
        lines += ["", "Notes:", ""] + [f"* {r['what']}, {r['size']}: {r['note']}" for r in notes]
    for u in done:
        if u["part"] == "boost":
            n = u["name"]
            lines += ["", f"## Training of trees, {n:,} rows", "", "| | seconds | trainings | CPU s | MB with the input, most | AUROC | log loss |", "|---|---|---|---|---|---|---|"]
            for k, v in u["result"][str(n)].items():
                lines.append(f"| {'**boost**' if k == 'boost' else k} | {cell(v, 's')} | {v['trainings']} | {v['cpu']:.3g} | {v['start_mb']:.0f}, {v['peak_mb']:.0f} | {v['auroc']:.4f} | {v['logloss']:.4f} |")
    lines += ["", "## When each was measured", "", "| | at | load before, after | minutes | revision |", "|---|---|---|---|---|"]
    for u in done:
        lines.append(f"| {u['part']} {u['name']} | {u['when']} | {u['load_before']}; {u['load_after']} | {u['took'] / 60:.1f} | {u['revision']} |")
    return "\n".join(lines) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commas = lambda s: [x for x in s.split(",") if x]
    ap.add_argument("--bin", required=True, type=pathlib.Path, help="folder with the commands boost, gam, glm and score")
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--parts", type=commas, default=PARTS, help="only these, with commas: " + ",".join(PARTS))
    ap.add_argument("--sizes", type=lambda s: [int(x) for x in commas(s)], default=[], help="rows of invented tables, with commas")
    ap.add_argument("--data", type=pathlib.Path, help="folder with a folder for each table, data.csv in it; without it gam has invented tables only")
    ap.add_argument("--tables", type=commas, default=TABLES, help="only these of the folder, with commas")
    ap.add_argument("--rounds", type=int, help="instead of 9 up to 10,000 rows, 5 up to 100,000 and 3 above")
    ap.add_argument("--folds", type=int, help="so many of five folds; default: all of a table, three of an invented one")
    ap.add_argument("--limit", type=int, help="CPU seconds an EBM may use for a fold; default 3600")
    ap.add_argument("--jobs", type=int, default=1, help="EBMs that are fitted at the same time: sooner done, at some more CPU seconds each")
    ap.add_argument("--threads", type=int, default=min(2, os.cpu_count()))
    ap.add_argument("--redo", type=commas, default=[], help="forget what is kept of these parts, with commas; ebm: what the EBMs said")
    ap.add_argument("--quick", action="store_true", help="small sizes, few rounds: two minutes")
    a = ap.parse_args()
    for p in a.parts:
        if p not in PARTS:
            sys.exit(f"no part {p}; there are {', '.join(PARTS)}")
    for p in a.redo:
        if p not in PARTS + ["ebm"]:
            sys.exit(f"nothing is kept of {p}; there are {', '.join(PARTS)} and ebm")
    a.limit = a.limit or (20 if a.quick else 3600)
    if a.quick:
        a.out = a.out / "quick"
    if a.data:
        a.data = a.data.resolve()
        for name in a.tables:
            if not (a.data / name / "data.csv").exists():
                sys.exit(f"{a.data / name / 'data.csv'} is not there")
    if not a.data or a.quick:
        a.tables = []
    a.out.mkdir(parents=True, exist_ok=True)
    for p in a.redo:
        if p == "ebm":
            shutil.rmtree(a.out / "ebm", ignore_errors=True)
        for file in (a.out / "done").glob(f"{'gam' if p == 'ebm' else p}-*.json"):
            file.unlink()
    a.glmnet = said("Rscript", "-e", "cat(as.character(packageVersion('glmnet')))")
    if "glm" in a.parts and not a.glmnet:
        print("Rscript with glmnet is not there: glm is measured alone", file=sys.stderr)
    a.revision = said("git", "rev-parse", "--short=12", "HEAD") or "unknown"
    if said("git", "status", "--porcelain"):
        a.revision += " with changes"
    command = "bench/engine/run " + " ".join(os.path.basename(x) if x.startswith("/") else x for x in sys.argv[5:])
    a.machine = machine(a)
    todo = units(a)
    failed = 0
    for i, (part, name, cmd) in enumerate(todo):
        print(f"{i + 1} of {len(todo)}: {part} {name}", file=sys.stderr, flush=True)
        failed += measure(a, part, name, cmd) is None
        write(a, command)
    print((a.out / "result.md").read_text())
    if failed:
        sys.exit(f"{failed} of {len(todo)} failed")


def write(a, command):
    """Writes the result of all that is kept, whatever was asked for this time."""
    done = [json.loads(f.read_text()) for f in (a.out / "done").glob("*.json")]
    done.sort(key=lambda u: (PARTS.index(u["part"]), isinstance(u["name"], str), u["name"]))
    goals = Goals()
    for u in done:
        GOALS[u["part"]](goals, u["name"], u["result"])
    head = {"when": now(), "command": command, "machine": a.machine}
    (a.out / "result.json").write_text(json.dumps({**head, "goals": goals.rows, "units": done}, indent=1))
    (a.out / "result.md").write_text(markdown(head, goals.rows, done))


main()
