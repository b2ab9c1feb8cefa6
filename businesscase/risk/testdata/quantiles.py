"""Quantiles by scipy, for the distributions of businesscase/risk.

Needs Python 3.11 and
    pip install numpy==2.4.6 scipy==1.17.1
    python quantiles.py > quantiles.json

PERT is Beta on [low, high] with weight 4 on the most likely value. A lognormal is given by its median and the factor
that 5 % lie above. Normal and lognormal distributions of a share are cut off at 0 and 1 (truncnorm; for the lognormal,
truncnorm of the logarithm). counted is Beta(events + 1/2, n - events + 1/2).
"""
import json
import sys

import numpy as np
from scipy import stats

U = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999]
Z = stats.norm.ppf(0.95)
out = []


def add(kind, numbers, share, dist, log=False):
    q = dist.ppf(U)
    out.append({"kind": kind, "numbers": numbers, "share": share, "u": U, "q": [float(x) for x in (np.exp(q) if log else q)]})


for a, b in [(0, 1), (-3, 7.5)]:
    add("uniform", [a, b], False, stats.uniform(a, b - a))
for a, c, b in [(90, 120, 140), (0, 0, 1), (2, 5, 5)]:
    add("triangular", [a, c, b], False, stats.triang((c - a) / (b - a), a, b - a))
for a, c, b in [(90, 120, 140), (0, 0, 1), (2, 5, 5), (20000, 40000, 45000)]:
    add("pert", [a, c, b], False, stats.beta(1 + 4 * (c - a) / (b - a), 1 + 4 * (b - c) / (b - a), a, b - a))
for mean, sd in [(40000, 5000), (0.1, 0.02)]:
    add("normal", [mean, sd], False, stats.truncnorm(-mean / sd, np.inf, mean, sd))
for mean, sd in [(0.7, 0.05), (0.9, 0.2), (0.05, 0.1)]:
    add("normal", [mean, sd], True, stats.truncnorm(-mean / sd, (1 - mean) / sd, mean, sd))
for median, factor in [(40000, 1.5), (1, 3)]:
    add("lognormal", [median, factor], False, stats.norm(np.log(median), np.log(factor) / Z), True)
for median, factor in [(0.3, 2)]:
    s = np.log(factor) / Z
    add("lognormal", [median, factor], True, stats.truncnorm(-np.inf, -np.log(median) / s, np.log(median), s), True)
for events, n in [(0, 10), (10, 10), (62, 240), (490, 875), (3, 100000)]:
    add("counted", [events, n], True, stats.beta(events + 0.5, n - events + 0.5))
json.dump(out, sys.stdout)
