"""Training time and peak memory of model/boost beside LightGBM, on the same tables.

    go build -o boost ./bench/engine/boost
    python bench/engine/boost_speed.py --ours ./boost [--rows 800 10000 100000 1000000] [--repeat 5]

`run` beside this calls it, with the packages of accuracy/requirements.txt.
n rows x 60 columns, half of them sparse counts (nine of ten are zero), 5 % missing in every third of the
others, the label from a known logit; 100 trees, 31 leaves, 255 bins, rate 0.1, two threads, float64 in
memory, binning included. Ours and every mode of LightGBM take turns, each training in a process of its own
(below 10,000 rows: five in a process), so that what else the machine does falls on all. Memory is that of
the process with its input before training, and the most while it trains. Prints JSON.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from memory import begin_peak, peak_kb

COLUMNS = 60
MODES = {
    "lightgbm-auto": {},
    "lightgbm-row": {"force_row_wise": True},
    "lightgbm-col": {"force_col_wise": True},
    "lightgbm-quantised": {"use_quantized_grad": True},
}


def write_table(file, n, seed):
    """Writes the columns one after the other, then y."""
    import numpy as np

    rng = np.random.default_rng(seed)
    eta = np.full(n, -0.8)
    keep = {}
    with open(file, "wb") as f:
        for j in range(COLUMNS):
            effect = rng.normal() * (0.6 if j % 5 == 0 else 0.3)
            if j % 2:
                x = np.where(rng.random(n) < 0.1, 1.0 + rng.poisson(1.0, n), 0.0)
                eta += effect * np.log1p(x)
            else:
                x = rng.normal(size=n)
                eta += effect * np.tanh(x)
                if j in (2, 4):
                    keep[j] = x
                if j % 3 == 0:
                    x = np.where(rng.random(n) < 0.05, np.nan, x)
            x.astype("<f8").tofile(f)
        eta += 0.5 * np.clip(keep[2] * keep[4], -4, 4)
        (rng.random(n) < 1 / (1 + np.exp(-eta))).astype("<f8").tofile(f)


def child(mode, file, n, repeat, threads):
    import lightgbm as lgb
    import numpy as np
    from sklearn.metrics import log_loss, roc_auc_score

    raw = np.fromfile(file, "<f8").reshape(COLUMNS + 1, n)
    x, y = raw[:COLUMNS].T.copy(), raw[COLUMNS].copy()  # LightGBM reads rows
    del raw
    start = begin_peak()
    seconds, before = [], time.process_time()
    for _ in range(repeat):
        begin = time.perf_counter()
        params = {"objective": "binary", "num_leaves": 31, "max_bin": 255, "learning_rate": 0.1,
                  "num_threads": threads, "verbose": -1, **MODES[mode]}
        model = lgb.train(params, lgb.Dataset(x, y), 100)
        seconds.append(time.perf_counter() - begin)
    cpu, peak = time.process_time() - before, peak_kb()
    p = model.predict(x)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "start_kb": start, "peak_kb": peak, "auroc": roc_auc_score(y, p), "logloss": log_loss(y, p)}))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--rows", type=int, nargs="+", default=[800, 10_000, 100_000, 1_000_000])
    a.add_argument("--repeat", type=int, default=5)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--ours", help="the built command of bench/engine/boost")
    a.add_argument("--modes", nargs="+", default=list(MODES))
    a.add_argument("--child", nargs=4)
    a = a.parse_args()
    if a.child:
        mode, file, n, repeat = a.child
        child(mode, file, int(n), int(repeat), a.threads)
        return
    out = {}
    with tempfile.TemporaryDirectory() as tmp:
        for n in a.rows:
            file = os.path.join(tmp, "table")
            write_table(file, n, 1)
            inner = 5 if n <= 10_000 else 1
            runs = {m: [] for m in ["boost", *a.modes]}
            for r in range(a.repeat):
                print(f"boost, {n} rows: round {r + 1} of {a.repeat}", file=sys.stderr, flush=True)
                for m in runs:
                    if m == "boost":
                        cmd = [a.ours, "-table", file, "-rows", str(n), "-workers", str(a.threads), "-repeat", str(inner)]
                    else:
                        cmd = [sys.executable, __file__, "--threads", str(a.threads), "--child", m, file, str(n), str(inner)]
                    runs[m].append(json.loads(subprocess.run(cmd, check=True, stdout=subprocess.PIPE, text=True).stdout))
            out[n] = {}
            for m, rs in runs.items():
                s = [x for r in rs for x in r["seconds"]]
                out[n][m] = {"median": statistics.median(s), "least": min(s), "most": max(s),
                             "cpu": statistics.median(r["cpu"] for r in rs) / inner,
                             "trainings": len(s), "start_mb": max(r["start_kb"] for r in rs) / 1024,
                             "peak_mb": max(r["peak_kb"] for r in rs) / 1024, "auroc": rs[0]["auroc"], "logloss": rs[0]["logloss"]}
    json.dump(out, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
