"""Compares model/gam with interpret's EBM on the same rows and the same folds.

    go build -o gam ./bench/engine/gam
    python bench/engine/gam_speed.py --ours ./gam --data TABLES --table adult --kept FOLDER
    python bench/engine/gam_speed.py --ours ./gam --synthetic 10000 --kept FOLDER

`run` beside this calls it, with the packages of accuracy/requirements.txt. Each fit is a process of its own with one thread, and seconds are
CPU seconds (an EBM takes minutes to hours, so that a shared machine's wall clock compares nothing); wall seconds stand beside them. What the EBM
said is kept by table and fold in FOLDER with the seconds it took, and is not asked again. An EBM that has used --limit CPU seconds is
ended: then the fold says how many times faster ours is at least, and has no log loss to compare. Of ours there are --repeat fits a fold. Memory is
that of the process with its table before the fit, and the most during it. Prints JSON.
"""
import argparse
import json
import math
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import numpy as np
import pandas as pd

from memory import begin_peak, peak_kb


def synthetic(n, p=60, seed=1):
    """Half the columns sparse counts, one in seven with missing values, the label from a known, nearly additive logit."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, p))
    f = rng.standard_normal(p) * 0.3
    eta = np.zeros(n)
    for j in range(p):
        if j % 2 == 0:
            x[:, j] = np.floor(np.maximum(0, 2 * x[:, j] - 1))
        shape = [x[:, j], np.abs(x[:, j]), np.sin(2 * x[:, j]), (x[:, j] > 0.5) * 1.0][j % 4]
        eta += f[j] * shape
        if j % 7 == 3:
            x[rng.random(n) < 0.1, j] = np.nan
    eta += 0.5 * np.nan_to_num(x[:, 1]) * np.nan_to_num(x[:, 5])
    y = (rng.random(n) < 1 / (1 + np.exp(-(eta - np.mean(eta) - 0.5)))).astype(int)
    t = pd.DataFrame(x, columns=[f"x{j}" for j in range(p)])
    t["label"] = y
    return t


def prepare(a):
    """The columns, then label and fold."""
    from sklearn.model_selection import StratifiedKFold
    if a.synthetic:
        t = synthetic(a.synthetic)
    else:
        how = json.loads((pathlib.Path(__file__).parent / "accuracy/tables.json").read_text())[a.table]
        t = pd.read_csv(a.data / a.table / "data.csv", keep_default_na=False, na_values=["", *how.get("missing", [])])
        y = t.pop(how["label"])
        t = t.drop(columns=how.get("drop", []))
        t["label"] = (y.astype(str) == how["positive"]).astype(int)
    fold = np.zeros(len(t), int)
    for k, (_, test) in enumerate(StratifiedKFold(a.folds, shuffle=True, random_state=1).split(t, t["label"])):
        fold[test] = k
    t["fold"] = fold
    return t


def child(file, k, limit):
    """Fits an EBM to all folds but one of a prepared table and prints how it does on that one."""
    from interpret.glassbox import ExplainableBoostingClassifier
    from sklearn.metrics import log_loss, roc_auc_score
    t = pd.read_pickle(file)
    x = t.drop(columns=["label", "fold"])
    kinds = ["continuous" if pd.api.types.is_numeric_dtype(x[c]) else "nominal" for c in x]
    x = x.astype({c: object for c, kind in zip(x, kinds) if kind == "nominal"})
    train, test = t["fold"] != k, t["fold"] == k
    m = ExplainableBoostingClassifier(feature_types=kinds, n_jobs=1, random_state=1)
    learn, label, held, y = x[train], t["label"][train], x[test], t["label"][test]
    del t, x
    before = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (before + limit, before + limit + 5))
    start, wall, cpu = begin_peak(), time.perf_counter(), time.process_time()
    m.fit(learn, label)
    wall, cpu, peak = time.perf_counter() - wall, time.process_time() - cpu, peak_kb()
    p = m.predict_proba(held)[:, 1]
    print(json.dumps({"finished": True, "logloss": log_loss(y, p), "auroc": roc_auc_score(y, p), "cpu_seconds": cpu, "seconds": wall,
                      "terms": len(m.term_names_), "start_kb": start, "peak_kb": peak, "interpret-core": version("interpret-core")}))


def peer(a, file, k):
    """What an EBM says of a fold: from what is kept, or by a fit."""
    keep = a.kept / f"{a.name}-fold{k + 1}of{a.folds}.json"
    if keep.exists():
        got = json.loads(keep.read_text())
        if got["finished"] or got["limit"] >= a.limit:
            return got
    wall = time.perf_counter()
    r = subprocess.run([sys.executable, __file__, "--child", file, str(k), "--limit", str(a.limit)], stdout=subprocess.PIPE, text=True)
    if r.returncode == 0:
        got = json.loads(r.stdout)
    elif r.returncode == -signal.SIGXCPU:
        got = {"finished": False, "limit": a.limit, "cpu_seconds": a.limit, "seconds": time.perf_counter() - wall}
    else:
        raise RuntimeError(f"the EBM of {a.name}, fold {k + 1}, ended with {r.returncode}")
    a.kept.mkdir(parents=True, exist_ok=True)
    part = keep.with_suffix(".part")
    part.write_text(json.dumps(got))
    part.rename(keep)
    what = f"{got['cpu_seconds']:.1f} CPU s" if got["finished"] else f"not finished after {a.limit} CPU s"
    print(f"{a.name}, fold {k + 1}: EBM {what}", file=sys.stderr, flush=True)
    return got


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--ours", help="the built command of bench/engine/gam")
    ap.add_argument("--data", type=pathlib.Path, help="folder with a folder for each table, data.csv in it")
    ap.add_argument("--table", help="one of accuracy/tables.json")
    ap.add_argument("--synthetic", type=int, help="an invented table of so many rows instead")
    ap.add_argument("--folds", type=int, default=5)
    ap.add_argument("--only", type=int, default=0, help="so many of the folds")
    ap.add_argument("--repeat", type=int, default=3, help="fits of ours a fold")
    ap.add_argument("--kept", type=pathlib.Path, help="folder that keeps the EBM's answers")
    ap.add_argument("--limit", type=int, default=3600, help="CPU seconds an EBM may use for a fold")
    ap.add_argument("--jobs", type=int, default=1, help="EBMs that are fitted at the same time")
    ap.add_argument("--child", nargs=2)
    a = ap.parse_args()
    if a.child:
        child(a.child[0], int(a.child[1]), a.limit)
        return
    if not a.ours or not a.kept or not (a.synthetic or a.table and a.data):
        ap.error("say --ours, --kept, and --synthetic or --data with --table")
    t = prepare(a)
    a.name = f"synthetic-{a.synthetic}" if a.synthetic else a.table
    out = {"table": a.name, "rows": len(t), "columns": t.shape[1] - 2, "folds": []}
    with tempfile.TemporaryDirectory() as tmp:
        table, same = os.path.join(tmp, "table.csv"), os.path.join(tmp, "table.pkl")
        t.to_csv(table, index=False)
        t.to_pickle(same)
        with ThreadPoolExecutor(a.jobs) as pool:
            peers = list(pool.map(lambda k: peer(a, same, k), range(a.only or a.folds)))
        for k, e in enumerate(peers):
            ours = []
            for _ in range(a.repeat):
                r = subprocess.run([a.ours, "-csv", table, "-fold", str(k), "-workers", "1"], stdout=subprocess.PIPE, check=True)
                ours.append(json.loads(r.stdout))
            fold = {"ours": ours[0], "ours_cpu": [o["cpu_seconds"] for o in ours], "ours_seconds": [o["seconds"] for o in ours], "ebm": e}
            fold["ours"]["peak_kb"] = max(o["peak_kb"] for o in ours)
            fold["times_faster"] = e["cpu_seconds"] / statistics.median(fold["ours_cpu"])
            fold["row_with_reasons_us"] = [o["score_ns"] / 1e3 for o in ours]
            out["folds"].append(fold)
            print(f"{a.name}, fold {k + 1}: ours {statistics.median(fold['ours_cpu']):.3f} CPU s", file=sys.stderr, flush=True)
    done = [f for f in out["folds"] if f["ebm"]["finished"]]
    out["finished"] = len(done)
    if done:
        d = [f["ours"]["logloss"] - f["ebm"]["logloss"] for f in done]
        e = [f["ebm"]["logloss"] for f in done]
        root = len(d) ** 0.5
        out["logloss"] = {"ours": statistics.mean(f["ours"]["logloss"] for f in done), "ebm": statistics.mean(e), "difference": statistics.mean(d),
                          "ebm_se": statistics.stdev(e) / root if len(d) > 1 else None, "difference_se": statistics.stdev(d) / root if len(d) > 1 else None}
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
