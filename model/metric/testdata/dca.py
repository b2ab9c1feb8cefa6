"""Net benefit on the example data of dcurves, by dcurves, for model/metric.

Needs Python 3.11 and
    pip install dcurves==1.1.7 pandas==2.3.3 numpy==2.4.6
    python dca.py > dca.json

The data are df_binary, which dcurves ships (its data/df_binary.csv): 750 invented patients, whether they
have cancer, and the risk by a marker model and by family history.
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import dcurves
import pandas as pd
from dcurves import dca

df = pd.read_csv(dcurves.data + "/df_binary.csv")
models = ["cancerpredmarker", "famhistory"]
thresholds = [k / 100 for k in range(100)]
out = dca(data=df, outcome="cancer", modelnames=models, thresholds=thresholds)
ref = {"y": [int(y) for y in df["cancer"]], "thresholds": thresholds, "models": {}}
for name in models + ["all"]:
    curve = out[out["model"] == name].sort_values("threshold")
    assert list(curve["threshold"]) == thresholds
    # The curve ends where the library divides by 0: a threshold of 1, which is not asked for.
    ref["models"][name] = {"p": [] if name == "all" else [float(p) for p in df[name]], "net_benefit": [float(x) for x in curve["net_benefit"]]}
json.dump(ref, sys.stdout)
