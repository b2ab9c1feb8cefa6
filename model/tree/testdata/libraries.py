"""Models of XGBoost and LightGBM and what they say of some rows, for the tests of model/tree.

    pip install xgboost==3.2.0 lightgbm==4.7.0 shap==0.51.0 pandas==3.1.1 numpy==2.4.6
    python libraries.py
    pip install xgboost==1.7.6 "numpy<2"       # in an environment of its own
    python libraries.py 1.7

Writes NAME.model.json or NAME.model.txt, the model as the library saves it, and NAME.json: rows (null is
missing), log odds, contributions (the last is the bias), interactions of the first rows, and contributions
against a background (shap, interventional).
"""

import json
import sys

import numpy as np
import xgboost as xgb

SEVEN = len(sys.argv) > 1
if not SEVEN:
    import lightgbm as lgb
    import pandas as pd
    import shap


def table(seed, n=1500):
    """Two counts with many zeros, three numbers on both sides of zero, and codes 0 to 5 and 0 to 69."""
    g = np.random.default_rng(seed)
    x = np.column_stack([
        np.floor(np.maximum(0, 2 * g.normal(size=n) - 1)),
        np.floor(np.maximum(0, 3 * g.normal(size=n))),
        np.round(g.normal(size=n), 1),
        g.normal(size=n),
        1e-3 * g.normal(size=n),
        g.integers(0, 6, n),
        g.integers(0, 70, n),
    ]).astype(float)
    s = x[:, 0] - 0.5 * x[:, 1] + x[:, 2] - np.abs(x[:, 3]) + 500 * x[:, 4] + (x[:, 5] % 3 == 1) + np.sin(x[:, 6]) * 2
    y = (g.random(n) < 1 / (1 + np.exp(-s))).astype(int)
    for j, share in ((1, 0.1), (2, 0.2), (3, 0.05), (5, 0.15), (6, 0.1)):
        gone = g.random(n) < share
        if j in (5, 6):  # a missing category means something
            gone &= y == 1
        x[gone, j] = np.nan
    return x, y


def hard(x, thresholds, single, categorical):
    """Rows of x, with values at, just below and just above the model's thresholds, zeros, and codes unseen."""
    g = np.random.default_rng(7)
    rows = x[:60].copy()
    for i in range(60):
        j = int(g.integers(0, 5))
        if thresholds.get(j):
            t = thresholds[j][int(g.integers(len(thresholds[j])))]
            near = [t, np.nextafter(t, -np.inf), np.nextafter(t, np.inf), 0.0, -0.0]
            if single:
                f = np.float32(t)
                lo, hi = (float(np.nextafter(f, np.float32(s))) for s in (-np.inf, np.inf))
                near += [lo, hi, (lo + f) / 2, np.nextafter((lo + f) / 2, -np.inf), np.nextafter((lo + f) / 2, np.inf), (hi + f) / 2]
            rows[i, j] = near[int(g.integers(len(near)))]
    rows[10:14, :5] = np.nan
    rows[14:18, :5] = 0
    rows[18, :] = np.nan
    if categorical:
        rows[19:23, 5] = [6, 7, 100, np.nan]
        rows[23:26, 6] = [70, 75, 4000]
    return rows


def plain(a):
    return [None if v != v else v for v in np.asarray(a, dtype=float).tolist()]


def write(name, rows, log_odds, contributions, interactions=None, background=None, against=None):
    d = {"made_by": "libraries.py, " + (f"xgboost {xgb.__version__}" if name.startswith("xgb") else f"lightgbm {lgb.__version__}"),
         "rows": [plain(r) for r in rows], "log_odds": plain(log_odds), "contributions": [plain(r) for r in contributions]}
    if interactions is not None:
        d["interactions"] = [plain(np.ravel(m)) for m in interactions]
    if against is not None:
        d["background"] = [plain(r) for r in background]
        d["against"] = [plain(r) for r in against]
    with open(name + ".json", "w") as f:
        f.write("{\n" + ",\n".join(
            json.dumps(k) + ": " + ("[\n" + ",\n".join(json.dumps(r) for r in v) + "\n]" if isinstance(v, list) else json.dumps(v))
            for k, v in d.items()) + "\n}\n")


def xgboost(name, categorical, background=False, **params):
    x, y = table(1)
    columns = 7 if categorical else 5
    x = x[:, :columns]
    types = ["q"] * 5 + ["c"] * (columns - 5)

    def matrix(x, y=None):
        return xgb.DMatrix(x, y, feature_types=types, enable_categorical=True)

    m = xgb.train({"objective": "binary:logistic", "tree_method": "hist", "max_leaves": 8, "grow_policy": "lossguide",
                   "seed": 1, "nthread": 1, **params}, matrix(x, y), 14)
    m.save_model(name + ".model.json")
    thresholds = {}
    for t in json.load(open(name + ".model.json"))["learner"]["gradient_booster"]["model"]["trees"]:
        for left, j, c, kind in zip(t["left_children"], t["split_indices"], t["split_conditions"], t["split_type"]):
            if left >= 0 and kind == 0:
                thresholds.setdefault(j, []).append(c)
    rows = hard(x, thresholds, True, categorical)
    inter = None if SEVEN and categorical else m.predict(matrix(rows[:6]), pred_interactions=True)
    kw = {}
    if background:
        ex = shap.TreeExplainer(m, data=x[200:220], feature_perturbation="interventional")
        some = ~np.isnan(rows[:30]).any(axis=1)
        kw = {"background": x[200:220]}
        values = ex.shap_values(rows[:8])
        kw["against"] = np.column_stack([values, np.full(8, ex.expected_value)])
        del some
    write(name, rows, m.predict(matrix(rows), output_margin=True), m.predict(matrix(rows), pred_contribs=True), inter, **kw)


def lightgbm(name, frame=False, background=False, **params):
    x, y = table(2)
    names = ["a", "b", "c", "d", "e", "k", "l"]

    def data(x):
        if not frame:
            return x
        d = pd.DataFrame(x, columns=names)
        d["k"] = pd.Categorical([None if v != v else "k%d" % v for v in x[:, 5]], categories=["k%d" % i for i in range(6)])
        d["l"] = pd.Categorical([None if v != v else int(v) * 10 for v in x[:, 6]], categories=[i * 10 for i in range(70)])
        return d

    cat = "auto" if frame else [5, 6]
    m = lgb.train({"objective": "binary", "num_leaves": 8, "verbose": -1, "seed": 1, "num_threads": 1, "deterministic": True,
                   "cat_smooth": 1, "min_data_per_group": 5, "learning_rate": 0.2, **params},
                  lgb.Dataset(data(x), y, categorical_feature=cat), 14)
    m.save_model(name + ".model.txt")
    text = open(name + ".model.txt").read()
    text = text[:text.index("\nparameters:")] + text[text.index("\npandas_categorical"):]  # the reader does without
    open(name + ".model.txt", "w").write(text)
    thresholds = {}
    for t in m.dump_model()["tree_info"]:
        def visit(n):
            if "split_feature" in n:
                if n["decision_type"] == "<=":
                    thresholds.setdefault(n["split_feature"], []).append(n["threshold"])
                visit(n["left_child"])
                visit(n["right_child"])
        visit(t["tree_structure"])
    rows = hard(x, thresholds, False, True)
    kw = {}
    if background:
        ex = shap.TreeExplainer(m, data=x[200:220], feature_perturbation="interventional")
        kw = {"background": x[200:220], "against": np.column_stack([ex.shap_values(rows[:8]), np.full(8, ex.expected_value)])}
    raw = m.predict(data(rows), raw_score=True)
    write(name, rows, raw * params.get("sigmoid", 1), m.predict(data(rows), pred_contrib=True) * params.get("sigmoid", 1), **kw)


if SEVEN:
    xgboost("xgb17_numbers", False, base_score=0.3)
    xgboost("xgb17_categories", True, max_cat_to_onehot=6)
else:
    xgboost("xgb3_numbers", False, background=True)
    xgboost("xgb3_categories", True, max_cat_to_onehot=6)
    lightgbm("lgb_missing")
    lightgbm("lgb_frame", frame=True, min_data_in_leaf=5)
    lightgbm("lgb_zero", zero_as_missing=True)
    lightgbm("lgb_none", use_missing=False, sigmoid=1.7, boost_from_average=False)
