"""Compares model/gam with interpret's EBM: same rows, same folds, both in one run.

    pip install interpret-core==0.7.8 numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1
    go build -o /some/gam ./bench/engine/gam
    python bench/engine/gam_speed.py --ours /some/gam --csv adult.csv --label income --positive '>50K' --drop split
    python bench/engine/gam_speed.py --ours /some/gam --synthetic 10000

Every fold is fitted by the peer and at once by ours, so that whatever else the machine does meets both. Seconds are CPU seconds
of one thread each (a shared machine's wall clock compares nothing); wall seconds stand beside them. The output is one JSON object
with every fold and the medians. --peer FILE keeps the peer's answers in FILE and reads them from there the next time.
"""
import argparse, json, os, subprocess, sys, tempfile, time

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold


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
    if a.synthetic:
        t = synthetic(a.synthetic)
    else:
        t = pd.read_csv(a.csv, keep_default_na=False, na_values=["", "NA", "?"])
        y = t.pop(a.label)
        t = t.drop(columns=[c for c in a.drop.split(",") if c])
        t["label"] = (y.astype(str) == a.positive).astype(int)
    fold = np.zeros(len(t), int)
    for k, (_, test) in enumerate(StratifiedKFold(a.folds, shuffle=True, random_state=1).split(t, t["label"])):
        fold[test] = k
    t["fold"] = fold
    return t


def peer(t, k, a):
    from interpret.glassbox import ExplainableBoostingClassifier
    x = t.drop(columns=["label", "fold"])
    kinds = ["continuous" if pd.api.types.is_numeric_dtype(x[c]) else "nominal" for c in x]
    x = x.astype({c: object for c, kind in zip(x, kinds) if kind == "nominal"})
    train, test = t["fold"] != k, t["fold"] == k
    m = ExplainableBoostingClassifier(feature_types=kinds, n_jobs=1, random_state=1)
    wall, cpu = time.perf_counter(), time.process_time()
    m.fit(x[train], t["label"][train])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    p = m.predict_proba(x[test])[:, 1]
    y = t["label"][test]
    return {"logloss": log_loss(y, p), "auroc": roc_auc_score(y, p), "cpu_seconds": cpu, "seconds": wall, "terms": len(m.term_names_)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--csv")
    ap.add_argument("--label")
    ap.add_argument("--positive", default="1")
    ap.add_argument("--drop", default="")
    ap.add_argument("--synthetic", type=int)
    ap.add_argument("--folds", type=int, default=5)
    ap.add_argument("--only", type=int, default=0, help="so many of the folds")
    ap.add_argument("--ours", help="the built command of bench/engine/gam")
    ap.add_argument("--peer", help="file that keeps the peer's answers")
    a = ap.parse_args()
    t = prepare(a)
    kept = json.load(open(a.peer)) if a.peer and os.path.exists(a.peer) else {}
    out = {"table": a.csv and os.path.basename(os.path.dirname(a.csv)) or f"synthetic {a.synthetic}", "rows": len(t),
           "columns": t.shape[1] - 2, "peer": [], "ours": []}
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        t.to_csv(f.name, index=False)
        for k in range(a.only or a.folds):
            if str(k) not in kept:
                kept[str(k)] = peer(t, k, a)
                if a.peer:
                    json.dump(kept, open(a.peer, "w"))
            out["peer"].append(kept[str(k)])
            if a.ours:
                r = subprocess.run([a.ours, "-csv", f.name, "-fold", str(k), "-workers", "1"], stdout=subprocess.PIPE, check=True)
                out["ours"].append(json.loads(r.stdout))
            print(k, out["peer"][-1], out["ours"][-1:], file=sys.stderr, flush=True)
    for who in ("peer", "ours"):
        if out[who]:
            out[who + "_median"] = {c: float(np.median([r[c] for r in out[who]])) for c in ("logloss", "auroc", "cpu_seconds", "seconds")}
            out[who + "_mean"] = {c: float(np.mean([r[c] for r in out[who]])) for c in ("logloss", "auroc")}
    if out["ours"]:
        d = np.array([o["logloss"] - p["logloss"] for o, p in zip(out["ours"], out["peer"])])
        l = np.array([p["logloss"] for p in out["peer"]])
        out["logloss_difference"] = {"mean": float(d.mean()), "fold_se_of_peer": float(l.std(ddof=1) / len(l) ** 0.5) if len(l) > 1 else None,
                                     "paired_se": float(d.std(ddof=1) / len(d) ** 0.5) if len(d) > 1 else None}
        out["times_faster_cpu"] = out["peer_median"]["cpu_seconds"] / out["ours_median"]["cpu_seconds"]
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
