"""Partial dependence and single curves by scikit-learn, for model/explain.

Needs Python 3.11, numpy 2.4.6, scikit-learn 1.9.1:
    pip install numpy==2.4.6 scikit-learn==1.9.1
    python reference.py > reference.json

The learner is a formula both sides know, given as a decision function. The grids are scikit-learn's; the
second column has few values, so that its grid is all of them.
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import partial_dependence


class Formula(ClassifierMixin, BaseEstimator):
    def fit(self, x, y):
        self.classes_ = np.array([0, 1])
        self.n_features_in_ = x.shape[1]
        return self

    def decision_function(self, x):
        return 0.7 * x[:, 0] - 0.3 * x[:, 1] * x[:, 0] + x[:, 2] / (1 + x[:, 1] ** 2) - 0.2 * x[:, 2] ** 3


rng = np.random.default_rng(1)
n = 60
x = np.column_stack([rng.normal(0, 1, n), rng.integers(0, 5, n), rng.normal(0, 1, n)]).round(4)
w = rng.uniform(0.2, 3, n).round(3)
model = Formula().fit(x, np.arange(n) % 2)
cases = []
for column in range(3):
    for weighted in (False, True):
        d = partial_dependence(model, x, [column], response_method="decision_function", method="brute", kind="average",
                               grid_resolution=12, sample_weight=w if weighted else None)
        curves = partial_dependence(model, x, [column], response_method="decision_function", method="brute",
                                    kind="individual", grid_resolution=12)["individual"][0]
        cases.append({"column": column, "weighted": weighted, "grid": d["grid_values"][0].tolist(),
                      "mean": d["average"][0].tolist(), "curves": [] if weighted else curves[::6].tolist()})
json.dump({"made_by": f"reference.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}",
           "x": x.T.tolist(), "w": w.tolist(), "cases": cases}, sys.stdout)
print()
