"""Figures by scikit-learn, for model/metric, and calibrators, for model/calibrate.

Needs Python 3.11, numpy 1.26.4, scikit-learn 1.5.2:
    pip install numpy==1.26.4 scikit-learn==1.5.2
    python metric_reference.py > ../../model/metric/testdata/sklearn.json

Half of the cases round the probabilities to one decimal, so that there are ties everywhere; half are
weighted. The line is logistic regression without penalty of the label on the logit of the probability.
Isotonic levels are IsotonicRegression's fitted values at the rows.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

cases = []
for k in range(8):
    rng = np.random.default_rng(k)
    n = 60 + 40 * k
    p = rng.beta(2, 3, n)
    y = (rng.random(n) < p ** 1.3).astype(float)
    if k % 2:
        p = np.round(p, 1)
    w = np.round(rng.uniform(0.2, 3, n), 2) if k % 4 > 1 else np.ones(n)
    q = np.clip(p, 1e-3, 1 - 1e-3)
    x = np.log(q / (1 - q))
    line = LogisticRegression(penalty=None, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(x[:, None], y, sample_weight=w)
    iso = IsotonicRegression().fit(x, y, sample_weight=w)
    cases.append({"p": p.tolist(), "x": x.tolist(), "y": y.tolist(), "w": w.tolist(),
                  "auroc": roc_auc_score(y, p, sample_weight=w), "logloss": log_loss(y, p, sample_weight=w),
                  "brier": brier_score_loss(y, p, sample_weight=w), "intercept": line.intercept_[0],
                  "slope": line.coef_[0, 0], "isotonic": iso.predict(x).tolist()})
json.dump({"made_by": f"metric_reference.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}",
           "cases": cases}, sys.stdout)
print()
