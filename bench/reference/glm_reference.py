"""Coefficients of elastic-net logistic regression by scikit-learn, for model/glm.

Needs Python 3.11, numpy 1.26.4, scikit-learn 1.5.2:
    pip install numpy==1.26.4 scikit-learn==1.5.2
    python glm_reference.py > ../../model/glm/testdata/sklearn.json

glmnet's objective  (1/sum w) sum w*nll + lambda*((1-alpha)/2 |b|^2 + alpha |b|_1)  is scikit-learn's
C sum w*nll + (1-l1_ratio)/2 |b|^2 + l1_ratio |b|_1  with C = 1/(lambda sum w), l1_ratio = alpha.
Missing values take the mean, and a column with missing values gets an indicator; all columns are
standardised with the weights. Coefficients are those of the standardised columns: first the input
columns, then the indicators by input column.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("error")
rng = np.random.default_rng(20261122)
n, p = 300, 8
x = rng.normal(size=(n, p))
x[:, 1] = rng.poisson(0.7, n)
x[:, 2] = x[:, 0] * 0.9 + x[:, 2] * 0.3
x[:, 3] = 80 + 8 * x[:, 3]
x[:, 4] = (rng.random(n) < 0.05).astype(float)
eta = -0.5 + x[:, 0] - 0.8 * (x[:, 1] > 0) + 0.05 * (x[:, 3] - 80)
y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
x = np.round(x, 6)
x[rng.random(n) < 0.15, 5] = np.nan
x[rng.random(n) < 0.3, 0] = np.nan
weights = np.round(rng.uniform(0.5, 2, n), 3)


def standardise(w):
    cols, names = [], []
    for j in range(p):
        c = x[:, j].copy()
        miss = np.isnan(c)
        c[miss] = np.average(c[~miss], weights=w[~miss])
        cols.append(c)
        names.append([j, False])
    for j in range(p):
        miss = np.isnan(x[:, j])
        if miss.any():
            cols.append(miss.astype(float))
            names.append([j, True])
    z = np.column_stack(cols)
    mean = np.average(z, axis=0, weights=w)
    sd = np.sqrt(np.average((z - mean) ** 2, axis=0, weights=w))
    return (z - mean) / sd, names


cases = []
for weighted in (False, True):
    w = weights if weighted else np.ones(n)
    z, names = standardise(w)
    for alpha in (0.5, 1.0, 0.05):
        for lam in (0.1, 0.02, 0.003):
            m = LogisticRegression(penalty="elasticnet", solver="saga", C=1 / (lam * w.sum()), l1_ratio=alpha,
                                   tol=1e-12, max_iter=2_000_000, random_state=1)
            m.fit(z, y, sample_weight=w)
            cases.append({"weighted": weighted, "alpha": alpha, "lambda": lam, "intercept": m.intercept_[0],
                          "coef": [{"column": c, "missing": k, "value": v} for (c, k), v in zip(names, m.coef_[0])]})
json.dump({"made_by": f"glm_reference.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}",
           "x": [[None if np.isnan(v) else v for v in row] for row in x.T.tolist()],
           "y": y.tolist(), "w": weights.tolist(), "cases": cases}, sys.stdout)
print()
