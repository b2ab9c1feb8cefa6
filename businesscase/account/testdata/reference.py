"""Writes reference.json: the confidence sequence of the authors of Howard, Ramdas, McAuliffe and Sekhon (2021).

Python 3.8, confseq 0.0.11 (its C++ needs Boost's headers; newer Pythons do not compile it), scipy 1.10.1.

    python -m venv v && v/bin/pip install confseq==0.0.11 scipy==1.10.1 && v/bin/python reference.py > reference.json
"""
import json
import math
from confseq import boundaries
from scipy import stats

cases = []
for good, n in [(0, 1), (1, 1), (0, 30), (30, 30), (7, 10), (70, 100), (1, 400), (280, 400), (613, 875), (700, 875), (1400, 2000), (1640, 2000), (5, 20000), (13999, 20000)]:
    for alpha, tuned in [(0.05, 400), (0.05, 50), (0.01, 2000), (0.1, 20)] + [(0.05, 5)] * (n == 400 and good == 280 or n == 10):  # elsewhere the package loses its digits there
        lower, upper = boundaries.bernoulli_confidence_interval(good, n, alpha, tuned, 0.05 if alpha == 0.05 else alpha)
        wealth = {}
        for p in (0.25, 0.5, 0.7, 0.8):
            wealth[str(p)] = boundaries.beta_binomial_log_mixture(good - n * p, n * p * (1 - p), tuned * p * (1 - p), p, 1 - p, alpha, False)
        exact = stats.binomtest(good, n).proportion_ci(1 - alpha, "exact")
        cases.append({"good": good, "n": n, "alpha": alpha, "tuned_for": tuned, "lower": lower, "upper": upper, "log_wealth": wealth, "exact": [exact.low, exact.high]})
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
