"""The driver: makes the delivery, runs the engines in turn, checks that they agree, and writes result.json and result.md.
run calls it; README.md says what is compared and what is not."""

import argparse
import datetime
import glob
import json
import os
import platform
import shutil
import subprocess
import sys

import delivery
import measure
import parity
import report

HERE = os.path.dirname(os.path.abspath(__file__))
ENGINES = ["ours", "duckdb", "polars"]
SCRIPT = {"duckdb": "duck.py", "polars": "pol.py"}
HOW = {"duckdb": {"ingest": ["direct", "staged", "converted"], "features": ["range", "loop"]}, "polars": {"ingest": ["direct", "staged"], "features": ["range", "loop"]}}


def machine():
    cpu, memory = "", 0
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) * 1024
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "memory_bytes": memory, "system": platform.system(), "architecture": platform.machine()}


def versions(a):
    import duckdb
    import polars
    import pyarrow
    git = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    go = subprocess.run(["go", "version", f"{a.bin}/train"], capture_output=True, text=True).stdout.split()
    return {"rettidig": git, "go": go[-1] if go else "", "duckdb": duckdb.__version__, "polars": polars.__version__, "pyarrow": pyarrow.__version__, "python": platform.python_version()}


def as_of_dates(to):
    """The first of the month of the last day, and the twelve such days that end with it."""
    first = to.replace(day=1)
    months = [first.year * 12 + first.month - 1 - i for i in range(12)][::-1]
    return [datetime.date(m // 12, m % 12 + 1, 1).isoformat() for m in months]


class Comparison:
    def __init__(self, a):
        self.a, self.dir = a, os.path.join(a.out, str(a.citizens))
        os.makedirs(self.dir, exist_ok=True)
        self.cpus = set(sorted(os.sched_getaffinity(0))[: a.threads])
        self.limit = 0.85 * machine()["memory_bytes"]
        self.dates = as_of_dates(datetime.date.fromisoformat(a.to))

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def run(self, command):
        r = measure.run([str(c) for c in command], self.cpus, self.a.threads, self.limit, self.dir)
        shutil.rmtree(self.path("spill"), ignore_errors=True)
        return r

    def must(self, command):
        r = self.run(command)
        if "failed" in r:
            sys.exit(f"{command[0]} {command[1]}: {r['complaint']}")
        return r

    def deliver(self):
        """The delivery, and beside it a folder with its A1 and H1 files alone, which is what all engines read."""
        made = self.path("synth.json")
        if not os.path.exists(made):
            shutil.rmtree(self.path("extracts"), ignore_errors=True)
            r = self.must([f"{self.a.bin}/train", "synth", "--out", self.path("extracts"), "--citizens", self.a.citizens, "--seed", self.a.seed,
                           "--from", getattr(self.a, "from"), "--to", self.a.to, "--format", "a1h1", "--containers", "plain", "--vintages", "1", "--dirt", "documented", "--json"])
            with open(made, "w") as f:
                json.dump(r, f)
        with open(made) as f:
            self.synth = json.load(f)
        self.input = self.path("a1h1")
        shutil.rmtree(self.input, ignore_errors=True)
        os.makedirs(self.input)
        for f in delivery.files(self.path("extracts")):
            os.link(f.path, os.path.join(self.input, os.path.basename(f.path)))
        self.files = delivery.files(self.input)
        if {f.kind for f in self.files} != {"A1", "H1"}:
            sys.exit("the delivery has no CSV files of A1 and H1 that the engines can read")
        self.bytes = sum(f.bytes for f in self.files)
        self.cached = self.bytes < 0.4 * machine()["memory_bytes"]
        self.tables = self.path("tables")
        self.must([sys.executable, f"{HERE}/duck.py", "names", self.input, self.tables, "--memory", self.a.memory, "--spill", self.path("spill")])
        subprocess.run([f"{self.a.bin}/codetables", "--services", f"{self.tables}/names.txt", "--isos", f"{self.tables}/isos.txt", "--out", self.tables], check=True)

    def prepare(self, paths):
        """Input that fits in two fifths of the memory is read from memory, by everybody; larger input from the disk, by everybody."""
        (measure.warm if self.cached else measure.cool)(paths)

    def ingest(self, engine, how):
        self.prepare([f.path for f in self.files])
        if engine == "ours":
            shutil.rmtree(self.path("ours"), ignore_errors=True)
            r = self.run([f"{self.a.bin}/train", "ingest", "--in", self.input, "--work", self.path("ours"), "--json"])
            r["seconds"] = r["wall"]
            return r
        out = self.path(engine)
        shutil.rmtree(out, ignore_errors=True)
        r = self.run([sys.executable, f"{HERE}/{SCRIPT[engine]}", "ingest", self.input, out, "--tables", self.tables, "--how", how, *self.options(engine)])
        r["seconds"] = r.get("said", {}).get("seconds")
        return r

    def options(self, engine):
        o = ["--threads", self.a.threads, "--spill", self.path("spill")]
        return o + ["--memory", self.a.memory] if engine == "duckdb" else o

    def features(self, engine, dates, how):
        out = self.path(f"features-{engine}-{len(dates)}")
        for old in glob.glob(out + "*"):
            os.remove(old)
        if engine == "ours":
            measure.warm(glob.glob(parity.store_folder(self.path("ours")) + "/*"))
            r = self.run([f"{self.a.bin}/features", "--work", self.path("ours"), "--as-of", ",".join(dates), "--out", out + ".00.parquet"])
        else:
            measure.warm(glob.glob(self.path(engine) + "/*"))
            r = self.run([sys.executable, f"{HERE}/{SCRIPT[engine]}", "features", self.path(engine), out, "--tables", self.tables, "--as-of", ",".join(dates),
                          "--how", how, *self.options(engine)])
        r["seconds"] = r.get("said", {}).get("seconds")
        return r

    def steps(self):
        return [("ingest", lambda e, how: self.ingest(e, how)), ("features_1", lambda e, how: self.features(e, self.dates[-1:], how)),
                ("features_12", lambda e, how: self.features(e, self.dates, how))]

    def choose(self):
        """Each formulation so often as --trials says, by turns, which also warms everything up; the one that was fastest at its best is what runs count."""
        chosen, trials = {}, {}
        for engine in SCRIPT:
            for step, do in self.steps():
                tried = {}
                for how in HOW[engine][step.split("_")[0]] * self.a.trials:
                    r = do(engine, how)
                    if how not in tried or "failed" not in r and (tried[how]["seconds"] or float("inf")) > r["seconds"]:
                        tried[how] = r
                seconds = {how: r["seconds"] or float("inf") for how, r in tried.items()}
                chosen[f"{engine} {step}"] = min(seconds, key=seconds.get)
                trials[f"{engine} {step}"] = {how: r.get("failed") or round(r["seconds"], 3) for how, r in tried.items()}
                if step == "ingest" and all("failed" in r for r in tried.values()):
                    break  # nothing to compute features from
        return chosen, trials

    def write(self, result):
        text = report.one(result)
        for name, content in (("result.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n"), ("result.md", text)):
            with open(self.path(name), "w") as f:
                f.write(content)
        return text

    def everything(self):
        a = self.a
        say = lambda text: print(text, file=sys.stderr, flush=True)
        say(f"{a.citizens} citizens: delivery")
        self.deliver()
        say(f"{self.bytes / 1e6:.0f} MB in {len(self.files)} files; trying the formulations")
        if a.features_only and not a.choice:
            with open(self.path("result.json")) as f:
                chosen, trials = json.load(f)["chosen"], {}
        elif a.choice:
            with open(a.choice) as f:
                chosen = json.load(f)["chosen"]
            trials = {"taken from": os.path.basename(os.path.dirname(a.choice))}
        else:
            chosen, trials = self.choose()
        runs, steps = [], self.steps()
        if a.features_only:
            with open(self.path("result.json")) as f:
                before = json.load(f)
            runs, steps, trials = [r for r in before["runs"] if r["step"] == "ingest"], steps[1:], before["formulations_tried"]
            chosen |= {k: v for k, v in before["chosen"].items() if k.endswith("ingest")}
            with open(self.path("quality.json")) as f:
                quality = json.load(f)
        if a.features_only and "duckdb" in a.engines and any(r["engine"] == "duckdb" and "failed" in r for r in runs):
            say("duckdb's ingest did not finish: it copies our tables")
            self.must([sys.executable, f"{HERE}/duck.py", "take", parity.store_folder(self.path("ours")), self.path("duckdb"), *self.options("duckdb")])
        for n in range(a.runs):
            order = [e for e in ENGINES[n % 3:] + ENGINES[: n % 3] if e in a.engines]
            for step, do in steps:  # one step by all engines before the next step
                for e in order:
                    r = do(e, chosen.get(f"{e} {step}"))
                    said = r.pop("said", {})
                    if e == "ours" and "failed" in r:
                        sys.exit(f"{step} failed: {r['complaint']}")
                    if step == "ingest":
                        if e == "ours":
                            quality = said["quality"]["extract"]
                            with open(self.path("quality.json"), "w") as f:
                                json.dump(quality, f)
                        r["laps"], r["counts"] = said.get("laps"), said.get("counts")
                    runs.append({"run": n + 1, "engine": e, "step": step, **r})
                    say(f"run {n + 1} {step:12} {e:7} {r.get('failed') or '%.2f s, %.0f MB' % (r['seconds'], r['peak_rss'] / 1e6)}")
        failed = {e for r in runs if "failed" in r for e in [r["engine"]]}
        if "duckdb" in failed and a.features_only:
            trials["duckdb's tables"] = "copied from ours"
        others = {e: {"out": self.path(e), "counts": [r["counts"] for r in runs if r["engine"] == e and r["step"] == "ingest"][-1]} for e in SCRIPT if e in a.engines and e not in failed}
        results = {e: {f"{n} dates" if n > 1 else "1 date": self.path(f"features-{e}-{n}.*.parquet") for n in (1, 12)} for e in ["ours", *others]}
        limits = measure.disk([f.path for f in self.files], self.dir) | self.must([f"{a.bin}/limits"])["said"]
        sizes = {e: sum(os.path.getsize(f"{d}/{t}.parquet") for t in ("citizens", "aids", "services"))
                 for e, d in {"ours": parity.store_folder(self.path("ours")), **{e: o["out"] for e, o in others.items()}}.items()}
        shutil.rmtree(self.input)  # links only
        result = {
            "format": "rettidig-foundation-comparison/1",
            "command": f"bench/foundation/run {a.citizens} --from {getattr(a, 'from')} --to {a.to} --seed {a.seed} --runs {a.runs} --trials {a.trials} --threads {a.threads} --memory {a.memory}",
            "day": datetime.date.today().isoformat(), "machine": machine(), "versions": versions(a) | ({"at ingest": before["versions"]} if a.features_only else {}), "threads": a.threads, "duckdb_memory_limit": a.memory,
            "input": {"citizens_asked": a.citizens, "from": getattr(a, "from"), "to": a.to, "seed": a.seed, "bytes": self.bytes, "files": len(self.files), "from_page_cache": self.cached,
                      "rows": sum(f["rows"]["read"] for f in quality["files"]), "synth_seconds": self.synth["wall"], "synth_peak_rss": self.synth["peak_rss"]},
            "facts": {k: quality["facts"][k] for k in ("aids", "services")}, "citizens": quality["citizens"]["total"], "as_of": self.dates, "formulations_tried": trials, "chosen": chosen,
            "runs": runs, "stored_bytes": sizes, "limits": limits, "parity": [],
        }
        self.write(result)  # what was measured is kept whatever comes of the comparison
        say("parity")
        if others:
            result["parity"] = parity.check(parity.store_folder(self.path("ours")), quality, others, results, a.memory, self.path("spill"))
        shutil.rmtree(self.path("spill"), ignore_errors=True)
        print(self.write(result))
        if bad := [p["what"] for p in result["parity"] if not p["agrees"]]:
            sys.exit("the engines do not agree about: " + "; ".join(bad))


def main():
    p = argparse.ArgumentParser(prog="run", description="Compares ingest and as-of features with DuckDB and polars on one synthetic delivery.")
    p.add_argument("citizens", type=int, nargs="?", help="citizens of 65 and over on the first day")
    p.add_argument("--from", default="2016-07-01")
    p.add_argument("--to", default="2026-06-30")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--trials", type=int, default=2, help="how often each formulation is tried before the runs")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--memory", default="12GB", help="DuckDB's memory_limit; above it, DuckDB spills to the output folder")
    p.add_argument("--engines", type=lambda s: s.split(","), default=ENGINES, help="ours,duckdb,polars")
    p.add_argument("--features-only", action="store_true", help="ingest's runs are those of the result.json that is there, and its stores are read again")
    p.add_argument("--choice", help="result.json of another scale whose chosen formulations are taken, instead of trying all")
    p.add_argument("--table", action="store_true", help="only write table.md from every result.json in the output folder")
    p.add_argument("--out", required=True)
    p.add_argument("--bin", required=True)
    a = p.parse_args()
    if a.table:
        print(report.scales(a.out))
    elif a.citizens:
        Comparison(a).everything()
    else:
        p.error("give the number of citizens, or --table")


if __name__ == "__main__":
    main()
