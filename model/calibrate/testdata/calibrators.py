"""Calibrators by other programs, for model/calibrate.

Needs Python 3.11 and
    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 statsmodels==0.15.0 betacal==1.1.0 venn-abers==1.5.4
    python calibrators.py > calibrators.json

- Venn-Abers: calc_p0p1 and calc_probs of venn-abers, at 21 scores, among them scores of rows and scores outside; cross:
  the same in three folds, joined by its geo_mean.
- beta: betacal, whose logistic regression stops early and is made to go on (newton-cholesky, tol 1e-13).
- platt: the likelihood without a prior, and with Platt's labels, by statsmodels, run to the end.
"""
import json
import sys
import warnings
from functools import partial

warnings.filterwarnings("ignore")

import betacal.beta_calibration
import numpy as np
import statsmodels.api as sm
from betacal import BetaCalibration
from sklearn.linear_model import LogisticRegression
from venn_abers.venn_abers import calc_p0p1, calc_probs, geo_mean

betacal.beta_calibration.LogisticRegression = partial(LogisticRegression, solver="newton-cholesky", tol=1e-13, max_iter=1000)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def venn(x, y, q):
    p = sigmoid(x)
    p0, p1, c = calc_p0p1(np.column_stack([1 - p, p]), y)
    r = sigmoid(q)
    return calc_probs(p0, p1, c, np.column_stack([1 - r, r]))


def line(x, y, w):
    return list(sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-15, maxiter=500).params)


cases = []
for k in range(8):
    rng = np.random.default_rng(200 + k)
    n = [1, 2, 6, 25, 60, 120, 200, 300][k]
    x = np.round(rng.normal(-0.3, 1.5, n), 1 if k % 2 else 4)
    y = (rng.random(n) < sigmoid([x, 0.6 * x - 0.5, -0.2 * x, np.where(x > 0, 2 * x, 0.3 * x)][k % 4])).astype(float)
    fold = np.arange(n) % 3
    q = np.concatenate([np.linspace(-5, 5, 11), x[rng.integers(0, n, 10)]])
    probs, ends = venn(x, y, q)
    c = {"x": x.tolist(), "y": y.tolist(), "q": q.tolist(), "lower": ends[:, 0].tolist(), "upper": ends[:, 1].tolist(),
         "p": probs[:, 1].tolist()}
    if n >= 25:
        e = [venn(x[fold == f], y[fold == f], q)[1] for f in range(3)]
        up, down = geo_mean(np.column_stack([v[:, 1] for v in e])), geo_mean(np.column_stack([1 - v[:, 0] for v in e]))
        c["cross"] = (up / (down + up)).tolist()
        w = np.round(rng.uniform(0.2, 3, n), 2) if k > 5 else np.ones(n)
        c["w"] = w.tolist()
        c["platt"] = line(x, y, w)
        pos, neg = (w * y).sum(), (w * (1 - y)).sum()
        c["platt_labels"] = line(x, np.where(y > 0, (pos + 1) / (pos + 2), 1 / (neg + 2)), w)
        b = BetaCalibration().fit(sigmoid(x).reshape(-1, 1), y, sample_weight=w)
        c["beta"] = b.predict(sigmoid(q).reshape(-1, 1)).tolist()
        c["beta_map"] = [float(v) for v in b.calibrator_.map_]
    cases.append(c)
json.dump({"made_by": f"calibrators.py, Python {sys.version.split()[0]}, numpy {np.__version__}", "cases": cases}, sys.stdout)
print()
