"""Accuracy of our learners and their peers on the same tables and the same folds.

Read by `run` beside this file, which builds the command and the Python environment; ../README.md tells how. Every table is
prepared once (label 0 or 1, missing values empty, a column with each row's fold, a column with the group if there is one) and
written as CSV; ours read that file through `train table cv`, the peers get the same columns. All figures are made by the same
code from the held-out probabilities. What is done is kept in OUT/done, so that a run can be stopped and goes on where it was;
--redo LEARNERS forgets some.

With --small, N rows (of as many groups) are drawn DRAWS times from each table with more rows; each learner learns from them, with
what it would use for early stopping and penalties taken from within, and is measured on up to 20,000 rows of other groups.
"""
import argparse, csv, json, math, os, pathlib, subprocess, sys, time

import numpy as np
import pandas as pd

# Ours and what they are compared with: peers of the same kind.
KINDS = {
    "boost": ["lightgbm", "lightgbm-7", "xgboost", "histgb"],
    "glm": ["logistic", "logistic-cv"],
    "gam": ["ebm"],
    "auto": ["lightgbm", "lightgbm-7", "xgboost", "histgb", "logistic", "logistic-cv", "ebm"],
    "card": [],
}
OURS = ["card", "glm", "gam", "boost", "auto"]
PEERS = ["logistic", "logistic-cv", "lightgbm", "lightgbm-7", "xgboost", "histgb", "ebm"]
FIGURES = ["auroc", "logloss", "brier"]


def prepare(folder, name, how, folds):
    """Returns the prepared table: the columns, then label, fold and group."""
    t = pd.read_csv(folder / name / "data.csv", dtype=str, keep_default_na=False)
    for column, values in how.get("without", {}).items():
        t = t[~t[column].isin(values)].reset_index(drop=True)
    y = (t.pop(how["label"]) == how["positive"]).astype(int)
    group = t.pop(how["group"]) if "group" in how else None
    t = t.drop(columns=how.get("drop", []))
    for column in t.columns:
        values = t[column].str.strip()
        values = values.mask(values.isin(["", *how.get("missing", [])]))
        try:
            t[column] = pd.to_numeric(values)
        except (ValueError, TypeError):
            t[column] = values
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
    fold = np.zeros(len(t), int)
    if group is None:
        parts = StratifiedKFold(folds, shuffle=True, random_state=1).split(t, y)
    else:
        parts = StratifiedGroupKFold(folds, shuffle=True, random_state=1).split(t, y, group)
    for k, (_, held) in enumerate(parts):
        fold[held] = k + 1
    t["label."], t["fold."] = y, fold
    t["group."] = np.arange(len(t)) if group is None else pd.factorize(group)[0]
    return t


def features(t):
    """The columns that are learned from: numbers as floats, all others as categories of the whole table."""
    x = t.drop(columns=["label.", "fold.", "group."]).copy()
    for c in x.columns:
        x[c] = x[c].astype(float) if pd.api.types.is_numeric_dtype(x[c]) else x[c].astype("category")
    return x


def linear(x, cv, threads):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    numeric = [c for c in x.columns if x[c].dtype == float]
    words = [c for c in x.columns if c not in numeric]
    columns = ColumnTransformer([
        ("numeric", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numeric),
        ("words", make_pipeline(SimpleImputer(strategy="constant", fill_value="(missing)"),
                                OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10)), words)])
    if cv:
        last = LogisticRegressionCV(Cs=20, cv=5, scoring="neg_log_loss", max_iter=2000, n_jobs=threads, use_legacy_attributes=False, l1_ratios=(0.0,))
    else:
        last = LogisticRegression(max_iter=2000)
    return make_pipeline(columns, last)


def peer(name, x, y, train, held, threads):
    """Learns from some rows of x and gives the probabilities of others."""
    if name.startswith("logistic"):
        for c in x.columns:
            if x[c].dtype != float:
                x = x.assign(**{c: x[c].astype(object).where(x[c].notna(), None).fillna("(missing)")})
        m = linear(x, name == "logistic-cv", threads)
    elif name.startswith("lightgbm"):
        import lightgbm
        m = lightgbm.LGBMClassifier(n_jobs=threads, verbose=-1, random_state=1, **({"num_leaves": 7} if name == "lightgbm-7" else {}))
        x = x.rename(columns={c: f"c{j}" for j, c in enumerate(x.columns)})
    elif name == "xgboost":
        import xgboost
        m = xgboost.XGBClassifier(n_jobs=threads, tree_method="hist", enable_categorical=True, random_state=1)
        x = x.rename(columns={c: f"c{j}" for j, c in enumerate(x.columns)})
    elif name == "histgb":
        from sklearn.ensemble import HistGradientBoostingClassifier
        x = fewer(x, train)
        m = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=1)
    elif name == "ebm":
        from interpret.glassbox import ExplainableBoostingClassifier
        kinds = ["continuous" if x[c].dtype == float else "nominal" for c in x.columns]
        x = x.astype({c: object for c in x.columns if x[c].dtype != float})
        m = ExplainableBoostingClassifier(n_jobs=threads, random_state=1, feature_types=kinds)
    else:
        sys.exit(f"no learner {name}; there are {', '.join(OURS + PEERS)}")
    m.fit(x.iloc[train], y[train])
    return m.predict_proba(x.iloc[held])[:, 1]


def fewer(x, train):
    """HistGradientBoosting takes at most 255 levels: the most frequent while learning stay."""
    x = x.copy()
    for c in x.columns:
        if x[c].dtype != float and len(x[c].cat.categories) > 250:
            keep = list(x[c].iloc[train].value_counts().index[:250])  # the index itself would keep all levels as its own
            x[c] = x[c].cat.set_categories(keep)
    return x


def ours_cv(a, learner, file, grouped):
    held = a.out / "held.csv"
    args = [a.train, "table", "cv", "--csv", file, "--label", "label.", "--positive", "1", "--fold-column", "fold.", "--learner", learner,
            "--threads", str(a.threads), "--json", "--out", held]
    args += ["--group", "group."] if grouped else ["--ignore", "group."]
    report = json.loads(command(args))
    p = np.zeros(report["n"])
    for r in csv.DictReader(open(held)):
        p[int(r["row"]) - 1] = float(r["probability"])
    held.unlink()
    notes = [f.get("chosen", "") for f in report["by_fold"]]
    return p, [f["seconds"] for f in report["by_fold"]], notes


def ours_split(a, learner, t, train, held, grouped):
    """Learns from a file with some rows and predicts those of another."""
    files = [a.out / n for n in ("train.csv", "held.csv", "model.json", "scores.csv")]
    t.iloc[train].drop(columns=["fold."]).to_csv(files[0], index=False)
    t.iloc[held].drop(columns=["fold."]).to_csv(files[1], index=False)
    args = [a.train, "table", "fit", "--csv", files[0], "--label", "label.", "--positive", "1", "--learner", learner, "--threads", str(a.threads), "--out", files[2], "--json"]
    args += ["--group", "group."] if grouped else ["--ignore", "group."]
    # A column that holds no number among few rows is no reason to take it as something else.
    words = [c for c in t.columns if not pd.api.types.is_numeric_dtype(t[c])]
    for c in words:
        args += ["--categorical", '"' + c.replace('"', '""') + '"']
    since = time.time()
    report = json.loads(command(args))
    seconds = time.time() - since
    command([a.train, "table", "predict", "--csv", files[1], "--model", files[2], "--out", files[3]])
    p = np.array([float(r["probability"]) for r in csv.DictReader(open(files[3]))])
    for f in files:
        f.unlink()
    return p, seconds, report["learner"]


def command(args):
    r = subprocess.run([str(x) for x in args], capture_output=True, text=True)
    if r.returncode:
        sys.exit(f"{' '.join(map(str, args))}\n{r.stderr}")
    return r.stdout


def figures(p, y):
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
    return {"auroc": float(roc_auc_score(y, p)), "logloss": float(log_loss(y, p, labels=[0, 1])), "brier": float(brier_score_loss(y, p))}


def kept(a, key, make):
    """Returns what was done before, or does it."""
    file = a.out / "done" / (key + ".json")
    if file.exists():
        return json.loads(file.read_text())
    begin = time.time()
    print(f"{key} ...", end=" ", flush=True, file=sys.stderr)
    got = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    beside.write_text(json.dumps(got))
    beside.rename(file)
    print(f"{time.time() - begin:.1f} s", file=sys.stderr)
    return got


def folds_of(a, name, t, learner, file, grouped):
    y, fold = t["label."].to_numpy(), t["fold."].to_numpy()

    def make():
        if learner in OURS:
            p, seconds, chosen = ours_cv(a, learner, file, grouped)
        else:
            x, p, seconds, chosen = features(t), np.zeros(len(t)), [], []
            for k in range(1, a.folds + 1):
                held = np.flatnonzero(fold == k)

                def one():
                    since = time.time()
                    got = peer(learner, x, y, np.flatnonzero(fold != k), held, a.threads)
                    return {"p": [float(v) for v in got], "seconds": time.time() - since}
                got = kept(a, f"folds/{name}/{learner}/{k}", one)  # a fold of an EBM takes a quarter of an hour
                p[held] = got["p"]
                seconds.append(got["seconds"])
        by = [figures(p[fold == k], y[fold == k]) for k in range(1, a.folds + 1)]
        return {"by": by, "seconds": seconds, "chosen": chosen}
    return kept(a, f"folds/{name}/{learner}", make)


def draws_of(a, name, t, learner, grouped):
    y, group = t["label."].to_numpy(), t["group."].to_numpy()
    out = {"by": [], "seconds": [], "chosen": []}
    for d in range(a.draws):
        rng = np.random.default_rng([d, 800])
        order = rng.permutation(len(t))
        _, first = np.unique(group[order], return_index=True)  # one row a group, in the order drawn
        order = order[np.sort(first)]
        train, held = np.sort(order[:a.n]), np.sort(order[a.n:a.n + 20000])

        def make():
            if learner in OURS:
                p, seconds, chosen = ours_split(a, learner, t, train, held, grouped)
            else:
                since, chosen = time.time(), ""
                p = peer(learner, features(t), y, train, held, a.threads)
                seconds = time.time() - since
            return {"by": [figures(p, y[held])], "seconds": [seconds], "chosen": [chosen]}
        got = kept(a, f"small-{a.n}/{name}/{learner}/{d + 1}", make)
        for key in out:
            out[key] += got[key]
    return out


def mean_se(values):
    v = np.array(values)
    return float(v.mean()), float(v.std(ddof=1) / math.sqrt(len(v))) if len(v) > 1 else float("nan")


def compare(results):
    """Ours less the best peer of the kind, paired; a figure is worse if by more than the peer's standard error."""
    out = []
    for table, by in results.items():
        for mine in OURS:
            if mine not in by:
                continue
            for figure in FIGURES:
                sign = 1 if figure == "auroc" else -1
                peers = {p: mean_se([f[figure] for f in by[p]["by"]]) for p in KINDS[mine] if p in by}
                if not peers:
                    continue
                best = max(peers, key=lambda p: (sign * peers[p][0], p))
                d = [m[figure] - p[figure] for m, p in zip(by[mine]["by"], by[best]["by"])]
                diff, se = mean_se(d)
                out.append({"table": table, "learner": mine, "figure": figure, "peer": best, "ours": mean_se([f[figure] for f in by[mine]["by"]])[0],
                            "theirs": peers[best][0], "difference": diff, "difference_se": se, "peer_se": peers[best][1],
                            "worse": bool(-sign * diff > peers[best][1])})
    return out


def markdown(results, compared, title):
    lines = [f"# {title}", ""]
    for table, by in results.items():
        lines += [f"## {table}", "", "| learner | AUROC | logloss | Brier | s |", "|---|---|---|---|---|"]
        for learner in [*OURS, *PEERS]:
            if learner not in by:
                continue
            cells = []
            for figure in FIGURES:
                m, se = mean_se([f[figure] for f in by[learner]["by"]])
                cells.append(f"{m:.4f} ± {se:.4f}")
            chosen = sorted({c for c in by[learner]["chosen"] if c and c != learner})
            name = learner + (f" ({', '.join(chosen)})" if chosen else "")
            lines.append(f"| {'**' + name + '**' if learner in OURS else name} | {' | '.join(cells)} | {np.median(by[learner]['seconds']):.2f} |")
        lines.append("")
    lines += ["## Ours less the best peer of the kind", "", "Paired by fold or draw. *worse*: by more than the peer's standard error over folds.", "",
              "| table | ours | figure | best peer | ours | peer | difference | |", "|---|---|---|---|---|---|---|---|"]
    for c in compared:
        lines.append(f"| {c['table']} | {c['learner']} | {c['figure']} | {c['peer']} | {c['ours']:.4f} | {c['theirs']:.4f} | {c['difference']:+.4f} ± {c['difference_se']:.4f} | {'worse' if c['worse'] else ''} |")
    lines += ["", "Mean over the tables:", "", "| ours | figure | difference | tables where worse |", "|---|---|---|---|"]
    for mine in OURS:
        for figure in FIGURES:
            mean = [c for c in compared if c["learner"] == mine and c["figure"] == figure]
            if mean:
                lines.append(f"| {mine} | {figure} | {np.mean([c['difference'] for c in mean]):+.4f} | {sum(c['worse'] for c in mean)} of {len(mean)} |")
    return "\n".join(lines) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--train", required=True, type=pathlib.Path, help="the command train")
    ap.add_argument("--data", required=True, type=pathlib.Path, help="folder with a folder for each table, data.csv in it")
    ap.add_argument("--out", required=True, type=pathlib.Path)
    ap.add_argument("--tables", help="only these, with commas; default all of tables.json that the folder has")
    ap.add_argument("--learners", default=",".join(OURS + PEERS), help="only these, with commas")
    ap.add_argument("--redo", default="", help="forget what was done by these learners, with commas")
    ap.add_argument("--folds", type=int, default=5)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--small", action="store_true", help="learn from few rows, drawn again and again")
    ap.add_argument("--n", type=int, default=800)
    ap.add_argument("--draws", type=int, default=50)
    a = ap.parse_args()
    how = json.loads((pathlib.Path(__file__).parent / "tables.json").read_text())
    names = a.tables.split(",") if a.tables else [n for n in how if (a.data / n).is_dir()]
    learners = a.learners.split(",")
    for x in learners + [r for r in a.redo.split(",") if r]:
        if x not in OURS + PEERS:
            sys.exit(f"no learner {x}; there are {', '.join(OURS + PEERS)}")
    for n in names:
        if n not in how:
            sys.exit(f"no table {n}; there are {', '.join(how)}")
    a.out.mkdir(parents=True, exist_ok=True)
    for learner in a.redo.split(","):
        for file in (a.out / "done").glob(f"*/*/{learner}*" if learner else "nothing"):
            if file.is_dir() and file.name == learner:
                for f in file.glob("*.json"):
                    f.unlink()
            elif file.name == learner + ".json":
                file.unlink()
    results = {}
    for name in names:
        t = prepare(a.data, name, how[name], a.folds)
        file = a.out / (name + ".csv")
        t.to_csv(file, index=False)
        grouped = "group" in how[name]
        if a.small and t["group."].nunique() < 2 * a.n:
            print(f"{name} has too few rows to draw {a.n}", file=sys.stderr)
            continue
        results[name] = {}
        for learner in learners:
            results[name][learner] = draws_of(a, name, t, learner, grouped) if a.small else folds_of(a, name, t, learner, file, grouped)
        title = f"Learning from {a.n} rows, {a.draws} times" if a.small else f"{a.folds} folds"
        compared = compare(results)
        result = f"small-{a.n}" if a.small else "folds"
        (a.out / f"{result}.json").write_text(json.dumps({"title": title, "threads": a.threads, "results": results, "compared": compared}, indent=1))
        (a.out / f"{result}.md").write_text(markdown(results, compared, title))
    if results:
        print(markdown(results, compared, title))


main()
