"""Figures and intervals by other programs, for model/metric.

Needs Python 3.11 and
    pip install numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 scikit-learn==1.9.1 statsmodels==0.15.0 \
        dcurves==1.1.7 relplot==1.0.3 MLstatkit==0.1.91
    python figures.py > figures.json

- auroc with DeLong's standard error: MLstatkit where rows are unweighted and independent (half the width of its
  interval over z), and everywhere the papers' own sums over all pairs, written out below (DeLong, DeLong and
  Clarke-Pearson 1988; Obuchowski 1997 for citizens with several rows; weights enter the sums as they enter the area).
- average precision, logloss, brier: scikit-learn. Parts of brier: loops over bins, written out below.
- ece and its debiased form: loops below, mean of a folded normal by scipy.
- smooth calibration error: relplot, with the 1e-4 that it adds to the density set to 0, and as it is.
- net benefit: dcurves. Standard errors of means and of the calibration line: statsmodels, clustered, with
  citizens/(citizens-1) as the only correction.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
import relplot
import relplot.kernels
import scipy.stats
import statsmodels.api as sm
from dcurves import dca
from MLstatkit import Delong_test
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

Z = scipy.stats.norm.ppf(0.975)


def placements(score, y, w):
    pos, neg = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    psi = (score[pos][:, None] > score[neg][None, :]) + 0.5 * (score[pos][:, None] == score[neg][None, :])
    wp, wn = w[pos], w[neg]
    v10 = psi @ wn / wn.sum()
    v01 = wp @ psi / wp.sum()
    return (wp @ v10) / wp.sum(), v10, v01, pos, neg


def covariance(one, two, y, w, group):
    """Obuchowski 1997, section 3; with one row for each citizen DeLong's."""
    a, v10a, v01a, pos, neg = one
    b, v10b, v01b, _, _ = two
    wp, wn = w[pos], w[neg]
    m, n = wp.sum(), wn.sum()
    ids = np.unique(group)
    i10 = len(np.unique(group[pos]))
    i01 = len(np.unique(group[neg]))
    s10 = s01 = s11 = s11b = 0.0
    for g in ids:
        ip, ineg = group[pos] == g, group[neg] == g
        x1 = (wp[ip] * v10a[ip]).sum() - wp[ip].sum() * a
        x2 = (wp[ip] * v10b[ip]).sum() - wp[ip].sum() * b
        y1 = (wn[ineg] * v01a[ineg]).sum() - wn[ineg].sum() * a
        y2 = (wn[ineg] * v01b[ineg]).sum() - wn[ineg].sum() * b
        s10 += x1 * x2
        s01 += y1 * y2
        s11 += x1 * y2
        s11b += x2 * y1
    s10 *= i10 / (i10 - 1) / m
    s01 *= i01 / (i01 - 1) / n
    k = len(ids) / (len(ids) - 1)
    return s10 / m + s01 / n + k * (s11 + s11b) / (m * n)


def bins_of(p, w, bins):
    total = w.sum()
    return np.array([min(bins - 1, int(np.floor(bins * (w[p < v].sum() + w[p == v].sum() / 2) / total))) for v in p])


def brier_parts(p, y, w, bins):
    of, total = bins_of(p, w, bins), w.sum()
    base = (w * y).sum() / total
    rel = res = wbv = wbc = 0.0
    for b in np.unique(of):
        i = of == b
        n, f, o = w[i].sum(), np.average(p[i], weights=w[i]), np.average(y[i], weights=w[i])
        rel += n * (f - o) ** 2 / total
        res += n * (o - base) ** 2 / total
        wbv += (w[i] * (p[i] - f) ** 2).sum() / total
        wbc += 2 * (w[i] * (p[i] - f) * (y[i] - o)).sum() / total
    return [rel, res, base * (1 - base), wbv, wbc]


def ece(p, y, w, debiased):
    of, out = bins_of(p, w, 10), 0.0
    for b in np.unique(of):
        i = of == b
        n, gap, o = w[i].sum(), abs((w[i] * (p[i] - y[i])).sum()) / w[i].sum(), np.average(y[i], weights=w[i])
        if debiased:
            sd = np.sqrt(o * (1 - o) / (n ** 2 / (w[i] ** 2).sum()))
            gap = 2 * gap - (scipy.stats.foldnorm.mean(gap / sd, scale=sd) if sd > 0 else gap)
        out += n * gap
    return max(0, out / w.sum()) if debiased else out / w.sum()


def clustered_mean(a, w, group):
    fit = sm.WLS(a, np.ones(len(a)), weights=w).fit(cov_type="cluster", cov_kwds={"groups": group, "use_correction": False})
    g = len(np.unique(group))
    return [fit.params[0], fit.bse[0] * np.sqrt(g / (g - 1))]


def line(x, y, w, group):
    fit = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial(), freq_weights=w).fit(
        tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds={"groups": group, "use_correction": False})
    g = len(np.unique(group))
    return list(fit.params) + list(fit.bse * np.sqrt(g / (g - 1)))


cases = []
for k in range(6):
    rng = np.random.default_rng(100 + k)
    n = 80 + 30 * k
    p = np.round(rng.beta(2, 3, n), 4)
    y = (rng.random(n) < p ** 1.4).astype(float)
    second = np.round(np.clip(p + rng.normal(0, 0.15, n), 0.01, 0.99), 4)
    if k % 2:
        p, second = np.clip(np.round(p, 1), 0.05, 0.95), np.clip(np.round(second, 1), 0.05, 0.95)
    w = np.round(rng.uniform(0.2, 3, n), 2) if k in (2, 3) else np.ones(n)
    group = rng.integers(0, n // 3, n) if k in (1, 3, 4) else np.arange(n)
    one, two = placements(p, y, w), placements(second, y, w)
    v11, v22, v12 = covariance(one, one, y, w, group), covariance(two, two, y, w, group), covariance(one, two, y, w, group)
    se = np.sqrt(v11 + v22 - 2 * v12)
    c = {"p": p.tolist(), "second": second.tolist(), "y": y.tolist(), "w": w.tolist(), "group": group.tolist(),
         "auroc": roc_auc_score(y, p, sample_weight=w), "auroc_se": np.sqrt(v11),
         "auroc_second": roc_auc_score(y, second, sample_weight=w), "auroc_difference_se": se,
         "auroc_p": 2 * scipy.stats.norm.sf(abs(one[0] - two[0]) / se),
         "average_precision": average_precision_score(y, p, sample_weight=w),
         "parts": brier_parts(p, y, w, 10), "ece": ece(p, y, w, False), "ece_debiased": ece(p, y, w, True),
         "logloss": clustered_mean(-(y * np.log(p) + (1 - y) * np.log(1 - p)), w, group),
         "brier": clustered_mean((p - y) ** 2, w, group),
         "line": line(np.log(p / (1 - p)), y, w, group)}
    assert abs(c["logloss"][0] - log_loss(y, p, sample_weight=w)) < 1e-12
    assert abs(c["brier"][0] - brier_score_loss(y, p, sample_weight=w)) < 1e-12
    if k in (0, 5):
        z, pv, cia, cib, aa, ab, info = Delong_test(y, p, second)
        assert info["method"] == "delong"
        assert abs((cia[1] - cia[0]) / 2 / Z - c["auroc_se"]) < 1e-10 and abs(pv - c["auroc_p"]) < 1e-10, "MLstatkit disagrees with the paper"
        thresholds = [0.1, 0.25, 0.4, 0.6]
        d = dca(data=pd.DataFrame({"p": p, "y": y.astype(int)}), outcome="y", modelnames=["p"], thresholds=thresholds)
        c["thresholds"] = thresholds
        c["net_benefit"] = d[d.model == "p"].net_benefit.tolist()
        c["net_benefit_all"] = d[d.model == "all"].net_benefit.tolist()
    if k in (0, 1, 5):
        c["smooth_ece_as_it_is"] = relplot.smECE(p, y)
        relplot.kernels.BaseKernelMixin.smooth.__defaults__ = (0.0,)
        c["smooth_ece"], c["smooth_width"] = relplot.smECE(p, y, return_width=True)
        relplot.kernels.BaseKernelMixin.smooth.__defaults__ = (0.0001,)
    cases.append(c)
json.dump({"made_by": f"figures.py, Python {sys.version.split()[0]}, numpy {np.__version__}", "cases": cases}, sys.stdout)
print()
