"""Scoring and reasons of one model: XGBoost, LightGBM and ours, in one run, alternating.

    go build -o score ./bench/engine/score
    python bench/engine/score_speed.py --ours ./score [--rows 100000] [--reasons 2000] [--rounds 5] [--threads 2]

`run` beside this calls it, with the packages of accuracy/requirements.txt.

The table is n x 60: half the columns sparse counts, some values missing, the label from a known logit. Each
library trains 100 trees of 31 leaves (rate 0.1, 255 bins), scores the table and saves the model; ours reads
that model, must give the same log odds (1e-5), and scores the same table. Prints JSON: medians over rounds
of rows a second (batch, contributions) and microseconds (one row), the CPU seconds a round's batch took, and
the spread (lowest and highest). One row from Python includes the library's own preparation of its input.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import lightgbm as lgb
import numpy as np
import xgboost as xgb

ap = argparse.ArgumentParser()
ap.add_argument("--ours", required=True)
ap.add_argument("--rows", type=int, default=100_000)
ap.add_argument("--reasons", type=int, default=2_000)
ap.add_argument("--rounds", type=int, default=5)
ap.add_argument("--threads", type=int, default=2)
a = ap.parse_args()

g = np.random.default_rng(1)
x = g.normal(size=(a.rows, 60))
x[:, ::2] = np.floor(np.maximum(0, 2 * x[:, ::2] - 1))
eta = x @ (0.2 * g.normal(size=60)) + np.sin(x[:, 1]) * x[:, 3]
x[:, 7::14][g.random((a.rows, len(range(7, 60, 14)))) < 0.1] = np.nan
y = (g.random(a.rows) < 1 / (1 + np.exp(-eta + 0.5))).astype(int)


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def timed(f):
    c, t = cpu(), time.perf_counter()
    f()
    return time.perf_counter() - t, cpu() - c


def one_row(f, n=200):
    t = time.perf_counter()
    for i in range(n):
        f(x[i : i + 1])
    return (time.perf_counter() - t) / n * 1e6


def summary(values, digits=0):
    return {"median": round(statistics.median(values), digits), "lowest": round(min(values), digits), "highest": round(max(values), digits)}


result = {"rows": a.rows, "threads": a.threads, "versions": {"xgboost": xgb.__version__, "lightgbm": lgb.__version__}}
with tempfile.TemporaryDirectory() as d:
    table = os.path.join(d, "table.f64")  # column after column
    x.T.astype("<f8").tofile(table)

    xb = xgb.train({"objective": "binary:logistic", "tree_method": "hist", "max_leaves": 31, "max_depth": 0, "grow_policy": "lossguide",
                    "eta": 0.1, "max_bin": 255, "nthread": a.threads}, xgb.DMatrix(x, y), 100)
    xb.save_model(os.path.join(d, "model.json"))
    lb = lgb.train({"objective": "binary", "num_leaves": 31, "verbose": -1, "num_threads": a.threads}, lgb.Dataset(x, y), 100)
    lb.save_model(os.path.join(d, "model.txt"))
    some = x[: a.reasons]

    def xgboost(threads):
        xb.set_param({"nthread": threads})
        return {
            "batch": lambda: xb.inplace_predict(x, predict_type="margin"),
            "one": lambda r: xb.inplace_predict(r, predict_type="margin"),
            "contributions": lambda: xb.predict(xgb.DMatrix(some, nthread=threads), pred_contribs=True),
        }

    def lightgbm(threads):
        return {
            "batch": lambda: lb.predict(x, raw_score=True, num_threads=threads),
            "one": lambda r: lb.predict(r, raw_score=True, num_threads=1),
            "contributions": lambda: lb.predict(some, pred_contrib=True, num_threads=threads),
        }

    peers = {"xgboost": (xgboost, "model.json", xb.inplace_predict(x, predict_type="margin")),
             "lightgbm": (lightgbm, "model.txt", lb.predict(x, raw_score=True))}
    for name, (peer, model, margin) in peers.items():
        expected = os.path.join(d, "margin.f64")
        np.asarray(margin, dtype="<f8").tofile(expected)
        theirs, ours = {}, {}
        for r in range(a.rounds):
            print(f"scoring beside {name}: round {r + 1} of {a.rounds}", file=sys.stderr, flush=True)
            for threads in sorted({1, a.threads}):
                p = peer(threads)
                wall, used = timed(p["batch"])
                theirs.setdefault(f"batch_{threads}_rows_per_s", []).append(a.rows / wall)
                theirs.setdefault(f"batch_{threads}_cpu_us_per_row", []).append(used / a.rows * 1e6)
                if threads == 1:
                    theirs.setdefault("one_row_us", []).append(one_row(p["one"]))
                wall, used = timed(p["contributions"])
                theirs.setdefault(f"contributions_{threads}_rows_per_s", []).append(a.reasons / wall)
                theirs.setdefault(f"contributions_{threads}_cpu_us_per_row", []).append(used / a.reasons * 1e6)
                out = subprocess.run([a.ours, "-model", os.path.join(d, model), "-table", table, "-columns", "60", "-expected", expected,
                                      "-reasons", str(a.reasons), "-threads", str(threads)], check=True, stdout=subprocess.PIPE, text=True).stdout
                for k, v in json.loads(out).items():
                    ours.setdefault(k, []).append(v)
        result[name + " model"] = {name: {k: summary(v, 2 if "us" in k else 0) for k, v in theirs.items()},
                                   "ours": {k: summary(v, 2 if "us" in k else 0) for k, v in ours.items()}}
print(json.dumps(result, indent=1))
