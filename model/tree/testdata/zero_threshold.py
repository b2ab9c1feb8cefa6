"""What LightGBM says where a threshold is 0 or next to it and NaN is asked about as 0, for the tests of model/tree.

    pip install lightgbm==4.7.0 numpy==2.4.6
    python zero_threshold.py

A model is trained without missing values, its text is given each threshold in turn, and LightGBM loads and asks it.
Writes zero_threshold.json: for each threshold the model's text, the rows (null is NaN) and the raw scores.
"""

import json
import re

import lightgbm as lgb
import numpy as np

ZERO = 1.0000000180025095e-35  # the float32 that LightGBM takes for zero
x = np.repeat([-1.0, 0.0, 1.0], 40)[:, None]
y = (np.arange(120) % 4 < 1 + x[:, 0]).astype(int)
m = lgb.train({"objective": "binary", "num_leaves": 2, "verbose": -1, "seed": 1, "num_threads": 1, "deterministic": True,
               "use_missing": False, "min_data_in_leaf": 5}, lgb.Dataset(x, y), 1)
text = m.model_to_string()
text = text[:text.index("\nparameters:")] + "\n"
assert len(re.findall(r"^threshold=", text, re.M)) == 1 and re.search(r"^decision_type=[02]$", text, re.M)
rows = [float("nan"), 0.0, -0.0, 1e-40, -1e-40, ZERO, -ZERO, 1e-30, -1e-30, 1e-300, -1e-300, 5e-324, -5e-324, 1.0, -1.0]
cases = []
for threshold in (0.0, -0.0, 1e-40, -1e-40, ZERO, -ZERO, 5e-324, -5e-324, 1e-30, -1e-30):
    edited = re.sub(r"^threshold=.*$", "threshold=%r" % threshold, text, flags=re.M)
    loaded = lgb.Booster(model_str=edited)
    cases.append({"threshold": threshold, "model": edited,
                  "scores": loaded.predict(np.array(rows)[:, None], raw_score=True).tolist()})
with open("zero_threshold.json", "w") as f:
    json.dump({"made_by": "zero_threshold.py, lightgbm " + lgb.__version__, "rows": [None if v != v else v for v in rows],
               "cases": cases}, f, indent=1)
    f.write("\n")
