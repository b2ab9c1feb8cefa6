"""Works the formulas of expected.json, which were read from the document, and writes the results into it.

Python 3.11 or later, nothing else: python3 expected.py
"""

import json
import math
import pathlib
import re

FILE = pathlib.Path(__file__).with_name("expected.json")


def rounded(x, rule):
    """Rounds half away from zero, or toward zero; what lies within 1e-9 of a step counts as on it."""
    if not rule:
        return x
    n = abs(x) / rule["to"]
    n = math.floor(n + 1e-9) if rule["mode"] == "toward_zero" else math.floor(n + 0.5 + 1e-9)
    return math.copysign(n * rule["to"], x) if n else 0.0


def digits(x):
    return float(f"{x:.12g}")


def main():
    doc = json.loads(FILE.read_text())
    for proposal in doc["proposals"].values():
        env = dict(proposal["parameters"])
        work = lambda formula: eval(formula, {"round": round}, env)
        for scalar in proposal["scalars"].values():
            scalar["computed"] = digits(work(scalar["formula"]))
        for row in proposal["rows"].values():
            row["computed"] = {}
            for year, formula in row["formulas"].items():
                x = work(formula)
                rule = row["rounding_by_year"].get(year, row["rounding"])
                row["computed"][year] = [digits(x), digits(rounded(x, rule))]
    text = json.dumps(doc, ensure_ascii=False, indent=1)
    for inner in (r"\[\s+([^\[\]{}]*?)\s+\]", r"\{\s+([^\[\]{}]*?)\s+\}"):
        text = re.sub(inner, lambda m: m.group(0)[0] + re.sub(r"\n\s*", " ", m.group(1)) + m.group(0)[-1], text)
    FILE.write_text(text + "\n")


main()
