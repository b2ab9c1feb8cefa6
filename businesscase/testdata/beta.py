# Writes beta.json: what the tests in draw_test.go and project_test.go compare with.
# Run: python beta.py > beta.json     Written with scipy 1.15.3, Python 3.11.7.
import json
import sys

import scipy
from scipy import integrate, optimize, stats

P = [0.001, 0.05, 0.5, 0.95, 0.999]
TAILS = [1e-6, *P, 1 - 1e-6]

betas = []
for events, n in [(0, 1), (0, 40), (40, 40), (3, 7), (130, 200), (91, 130), (37.5, 120), (700, 1000), (4200, 20000), (300000, 1000000), (999999, 1000000)]:
    d = stats.beta(events + 0.5, n - events + 0.5)
    betas.append({"events": events, "n": n, "p": P, "q": [float(d.ppf(p)) for p in P]})

binomials = []
for n, p in [(1, 0.3), (20, 0.02), (875, 0.25), (875, 0.56), (60, 0.95), (875, 0.98), (875, 0.9999), (60000, 0.001), (1000000, 0.4)]:
    binomials.append({"n": n, "prob": p, "p": TAILS, "k": [int(stats.binom.ppf(u, n, p)) for u in TAILS]})

# Quantiles of completion x effect, two independent Jeffreys posteriors, by integration and root finding.
products = []
for ce, cn, ee, en in [(130, 200, 91, 130), (20, 40, 10, 20), (612, 875, 490, 612)]:
    c, e = stats.beta(ce + 0.5, cn - ce + 0.5), stats.beta(ee + 0.5, en - ee + 0.5)

    def cdf(t):
        # Above c = t the conditional probability is below 1; below it, it is 1.
        tail, _ = integrate.quad(lambda x: c.pdf(x) * e.cdf(t / x), t, 1, limit=500, epsabs=1e-12, points=[c.mean()] if c.mean() > t else None)
        return c.cdf(t) + tail

    q = [optimize.brentq(lambda t: cdf(t) - p, 1e-6, 1 - 1e-6, xtol=1e-12) for p in (0.05, 0.95)]
    products.append({"completion": [ce, cn], "effect": [ee, en], "q05": q[0], "q95": q[1]})

json.dump({"scipy": scipy.__version__, "betas": betas, "binomials": binomials, "products": products}, sys.stdout, indent=1)
print()
