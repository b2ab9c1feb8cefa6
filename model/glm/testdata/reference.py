"""Unpenalised coefficients and standard errors by statsmodels, penalised ones with offset and penalty factors by
R's glmnet, for model/glm.

Needs Python 3.11, numpy 2.4.6, statsmodels 0.15.0; R 4.2.2 with glmnet 4.1-6 (Debian 12: r-cran-glmnet):
    pip install numpy==2.4.6 statsmodels==0.15.0
    python reference.py > reference.json

A missing value takes the weighted mean of those that are there, and the column gets an indicator after it.
"""
import json
import subprocess
import sys
import tempfile

import numpy as np
import statsmodels
import statsmodels.api as sm

rng = np.random.default_rng(4)
n, p = 240, 6
x = rng.normal(size=(n, p))
x[:, 1] = rng.poisson(0.4, n)
x[:, 3] = 80 + 8 * x[:, 3]
x[:, 4] = rng.random(n) < 0.2
x = np.round(x, 4)
x[rng.random(n) < 0.15, 5] = np.nan
group = rng.integers(0, 60, n)
offset = np.round(rng.normal(0, 0.7, n), 4)
w = rng.integers(1, 4, n).astype(float)
eta = offset - 0.4 + 0.8 * x[:, 0] - 0.7 * (x[:, 1] > 0) + 0.05 * (x[:, 3] - 80) + rng.normal(0, 1, 60)[group]
y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)


def filled(w):
    z = x.copy()
    gone = np.isnan(z[:, 5])
    z[gone, 5] = np.average(z[~gone, 5], weights=w[~gone])
    return np.column_stack([z, gone])


wald = []
for weighted, offsets, clustered in [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 0, 1), (0, 1, 1)]:
    v = w if weighted else np.ones(n)
    z = sm.add_constant(filled(v))
    if clustered:
        m = sm.Logit(y, z, offset=offset if offsets else None)
        fit = m.fit(method="newton", tol=1e-14, disp=0, cov_type="cluster", cov_kwds={"groups": group})
    else:
        m = sm.GLM(y, z, family=sm.families.Binomial(), freq_weights=v, offset=offset if offsets else None)
        fit = m.fit(method="newton", tol=1e-14)
    wald.append({"weighted": bool(weighted), "offset": bool(offsets), "clustered": bool(clustered),
                 "value": fit.params.tolist(), "se": fit.bse.tolist(), "log_likelihood": fit.llf})

R = """
suppressPackageStartupMessages(library(glmnet))
d <- as.matrix(read.csv("%s", header = FALSE))
z <- d[, 1:7]
for (pf in list(c(1, 1, 1, 1, 1, 1, 1), c(0, 1, 2, 1, 0.5, 1.25, 1.25))) for (alpha in c(0, 0.5, 1)) for (o in 0:1) {
  m <- glmnet(z, d[, 8], "binomial", weights = d[, 9], offset = if (o == 1) d[, 10] else NULL, alpha = alpha, penalty.factor = pf,
              lambda = c(1, 0.3, 0.1, 0.03, 0.01), thresh = 1e-20, maxit = 1e8)
  for (k in c(3, 5)) cat(alpha, o, m$lambda[k], pf, m$dev.ratio[k], m$a0[k], as.numeric(m$beta[, k]), "\\n", sep = " ")
}
"""
with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
    np.savetxt(f.name, np.column_stack([filled(w), y, w, offset]), delimiter=",", fmt="%.17g")
    out = subprocess.run(["Rscript", "-e", "options(digits=17)\n" + R % f.name], capture_output=True, text=True, check=True).stdout
penalised = []
for line in out.splitlines():
    v = [float(s) for s in line.split()]
    penalised.append({"alpha": v[0], "offset": v[1] == 1, "lambda": v[2], "factor": v[3:9], "deviance_ratio": v[10],
                      "value": v[11:]})
json.dump({"made_by": f"reference.py, statsmodels {statsmodels.__version__}, numpy {np.__version__}, glmnet 4.1-6",
           "x": [[None if np.isnan(v) else v for v in c] for c in x.T.tolist()], "y": y.tolist(), "w": w.tolist(),
           "offset": offset.tolist(), "group": group.tolist(), "unpenalised": wald, "penalised": penalised}, sys.stdout)
print()
