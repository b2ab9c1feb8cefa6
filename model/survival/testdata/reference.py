"""Curves and measures by scikit-survival and lifelines, and from the papers, for model/survival.

Needs Python 3.11, numpy 2.4.6, pandas 2.3.3, scikit-survival 0.28.0, lifelines 0.30.3:
    pip install numpy==2.4.6 pandas==2.3.3 scikit-survival==0.28.0 lifelines==0.30.3
    python reference.py > reference.json

scikit-survival weights an event at t by one over the probability of being uncensored just after t, we by
that just before; the two are the same when no censoring falls on the time of an event. The measures are
therefore taken on pbc with half a day added to every censored time. What no package gives (weights,
competing causes) is written out from the papers, pair by pair, with its own curve of censoring.
"""
import json
import sys

import lifelines
import numpy as np
import pandas as pd
import sksurv
from lifelines import KaplanMeierFitter
from sksurv.metrics import (brier_score, concordance_index_censored, concordance_index_ipcw,
                            cumulative_dynamic_auc, integrated_brier_score)
from sksurv.nonparametric import CensoringDistributionEstimator, cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

out = {"made_by": f"reference.py, scikit-survival {sksurv.__version__}, lifelines {lifelines.__version__}, "
                  f"numpy {np.__version__}, Python {sys.version.split()[0]}"}

# Kaplan-Meier, log-log interval: veteran.
v = pd.read_csv("veteran.csv")
t, s, ci = kaplan_meier_estimator(v.status == 1, v.time.astype(float), conf_type="log-log")
out["kaplan"] = {"time": t, "survival": s, "lower": ci[0], "upper": ci[1]}
c = CensoringDistributionEstimator().fit(Surv.from_arrays(v.status == 1, v.time))
out["censoring"] = {"time": t, "survival": c.predict_proba(t)}

# Late entry and whole weights: entry a third of the way in for every third row, weights 1, 2, 3.
i = np.arange(len(v))
entry = np.where(i % 3 == 0, np.floor(v.time / 3), 0.0)
w = (1 + i % 3).astype(float)
k = KaplanMeierFitter().fit(v.time, v.status, entry=entry, weights=w)
sf = k.survival_function_.iloc[:, 0]
at = np.unique(v.time)
out["late"] = {"time": at, "survival": sf.loc[at].to_numpy()}

# Aalen-Johansen with variance by the delta method (Dinse and Larson), log-log interval: transplant, cut off
# at 2000 days: the last to leave of all had an event, where this formula divides by zero at every time.
tr = pd.read_csv("transplant.csv")
tr = tr[tr.futime > 0].copy()
cause = tr.event.map({"censored": 0, "death": 1, "ltx": 2, "withdraw": 3}).to_numpy()
cause = np.where(tr.futime > 2000, 0, cause)
tr["futime"] = np.minimum(tr.futime, 2000)
t, f, ci = cumulative_incidence_competing_risks(cause, tr.futime.astype(float).to_numpy(), conf_type="log-log", var_type="Dinse_Approx")
keep = np.arange(0, len(t), 7)
out["aalen"] = {"time": t[keep], "incidence": f[1:, keep], "lower": ci[1:, 0, keep], "upper": ci[1:, 1, keep]}

# Measures: pbc, death the cause and transplants censored, score bilirubin (ties), learned from odd rows, tested on even.
p = pd.read_csv("pbc.csv")
time, status, bili = p.time.to_numpy(float), p.status.to_numpy(), p.bili.to_numpy()
dead = status == 2
half = np.where(dead, time, time + 0.5)
y = Surv.from_arrays(dead, half)
train, test = y[1::2], y[::2]
score = bili[::2]
horizons = np.array([365.0, 730.0, 1460.0, 2190.0, 2920.0])


def predicted(h, b):
    return 1 - (1 - b / (b + 4)) ** (h / 3000)


est = np.column_stack([1 - predicted(h, score) for h in horizons])
auc, _ = cumulative_dynamic_auc(train, test, score, horizons)
out["scikit_survival"] = {
    "horizons": horizons,
    "brier": brier_score(train, test, est, horizons)[1],
    "integrated": integrated_brier_score(train, test, est, horizons),
    "auroc": auc,
    "harrell": concordance_index_censored(test["event"], test["time"], score)[0],
    "uno": concordance_index_ipcw(train, test, score, tau=3000.0)[0],
}

# From the papers: whole weights, transplant competes, times as they are (ties), all rows.
n = len(p)
w = (1 + np.arange(n) % 3).astype(float)
c = np.select([status == 2, status == 1], [1, 2], 0)


def g(at, before):
    """Probability of not being censored before at, or up to and with it; events leave before censorings."""
    prod = 1.0
    for u in np.unique(time[c == 0]):
        if u < at or (u == at and not before):
            here = w[(time == u) & (c == 0)].sum()
            prod *= 1 - here / (here + w[time > u].sum())
    return prod


gb = np.array([g(u, True) for u in time])
papers = {"horizons": horizons[:4], "brier": [], "not_cases": [], "free": []}
for h in horizons[:4]:
    q = predicted(h, bili)
    gh = g(h, False)
    ipcw = w * np.where(time > h, 1 / gh, np.where(c > 0, 1 / gb, 0))
    hit = (time <= h) & (c == 1)
    papers["brier"].append(np.sum(ipcw * (hit - q) ** 2) / w.sum())
    for name, control in (("not_cases", (time > h) | ((time <= h) & (c == 2))), ("free", time > h)):
        pairs = np.outer(ipcw * hit, ipcw * control)
        won = (bili[:, None] > bili[None, :]) + 0.5 * (bili[:, None] == bili[None, :])
        papers[name].append((pairs * won).sum() / pairs.sum())
tau = 2500.0
num = den = 0.0
for a in range(n):
    if c[a] != 1 or not time[a] < tau:
        continue
    for b in range(n):
        if time[b] > time[a] or (time[b] == time[a] and c[b] == 0):
            pw = w[a] * w[b] / gb[a] ** 2
        elif c[b] == 2:
            pw = w[a] * w[b] / (gb[a] * gb[b])
        else:
            continue
        num += pw * ((bili[a] > bili[b]) + 0.5 * (bili[a] == bili[b]))
        den += pw
papers["uno"] = num / den
out["papers"] = papers


def plain(x):
    if isinstance(x, dict):
        return {a: plain(b) for a, b in x.items()}
    if isinstance(x, (list, np.ndarray)):
        return [plain(b) for b in x]
    if isinstance(x, (float, np.floating, np.integer)):
        return None if np.isnan(x) else float(x)
    return x


json.dump(plain(out), sys.stdout)
print()
