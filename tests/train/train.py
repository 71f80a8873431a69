#!/usr/bin/env python3
"""Train the model that tells an article's lines from the rest of a page.

    tests/train/train.py CORPUS [--build BUILD] [--folds 5] [--out crawler/extract/model_trees.c]

CORPUS holds pages/, truth.jsonl, urls.tsv and score.py. Needs numpy and lightgbm. Prints the
scores of a cross-validation in which all pages of a site are in one fold, then trains on all
pages and writes the trees as a C table. Without --out nothing is written.

Labels: a line is the article's when it can be aligned with the true text. Where only segments are
known, the lines that hold them are labelled and no others.
"""
import argparse
import difflib
import glob
import hashlib
import importlib.util
import json
import os
import pickle
import struct
import subprocess
import sys
from collections import Counter

import lightgbm
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def load_scorer(corpus):
    spec = importlib.util.spec_from_file_location("score", os.path.join(corpus, "score.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------- pages

def read_pages(program, corpus, files):
    """{file: (lines, paths, features)} as tests/train/features.c prints them."""
    out = subprocess.run([program, "urls.tsv"] + files, cwd=corpus, stdout=subprocess.PIPE,
                         check=True).stdout
    pages, at = {}, 0
    for name in files:
        count, width = struct.unpack_from("II", out, at)
        at += 8
        lines, paths, rows = [], [], numpy.zeros((count, width), numpy.float32)
        for i in range(count):
            (size,) = struct.unpack_from("I", out, at)
            at += 4
            lines.append(out[at:at + size].decode("utf-8", "replace"))
            at += size
            (size,) = struct.unpack_from("I", out, at)
            at += 4
            paths.append(out[at:at + size].decode("utf-8", "replace"))
            at += size
            rows[i] = numpy.frombuffer(out, numpy.float32, width, at)
            at += 4 * width
        pages[name] = (lines, paths, rows)
    return pages


# ---------------------------------------------------------------- labels

LEAD_WEIGHT = 0.1

def aligned(lines, truth, tokens):
    """Per line, the share of its tokens that the truth has at that place."""
    split = [tokens(line) for line in lines]
    true = tokens(truth)
    grams = Counter(tuple(true[i:i + 4]) for i in range(max(1, len(true) - 3)))
    sure = []
    for i, words in enumerate(split):
        mine = [tuple(words[k:k + 4]) for k in range(len(words) - 3)]
        if len(mine) >= 2 and sum(g in grams for g in mine) > 0.6 * len(mine):
            sure.append(i)
    if not sure:
        return [0.0] * len(lines)
    low, high = max(0, sure[0] - 15), min(len(lines), sure[-1] + 15)
    flat, owner = [], []
    for i in range(low, high):
        words = split[i]
        mine = [tuple(words[k:k + 4]) for k in range(len(words) - 3)]
        # What is long and shares nothing can't be aligned: it would only cost time.
        if len(mine) > 8 and not any(g in grams for g in mine):
            continue
        flat += words
        owner += [i] * len(words)
    hits = Counter()
    for block in difflib.SequenceMatcher(None, flat, true, autojunk=False).get_matching_blocks():
        for k in range(block.a, block.a + block.size):
            hits[owner[k]] += 1
    return [hits[i] / len(words) if words else 0.0 for i, words in enumerate(split)]


def label_page(row, lines, score):
    """(label, weight) per line; weight 0: not known."""
    labels, weights = numpy.zeros(len(lines)), numpy.zeros(len(lines))
    bodies = score.truth_bodies(row)
    if bodies is not None:
        shares = aligned(lines, bodies[-1], score.tokens)
        lead = set(score.tokens(" ".join(row.get("lead") or [])))
        for i, share in enumerate(shares):
            words = score.tokens(lines[i])
            labels[i] = share > 0.5
            weights[i] = 0.0 if not words else 1.0 if share < 0.2 or share > 0.8 else 0.3
            if lead and words and labels[i] and sum(w in lead for w in words) > 0.9 * len(words):
                labels[i], weights[i] = 0, LEAD_WEIGHT  # the standfirst: better left out
    elif "required" in row:
        for i, line in enumerate(lines):
            text = score.squeeze(line)
            good = any(score.squeeze(s) in text for s in row["required"])
            bad = any(score.squeeze(s) in text for s in row["forbidden"])
            if good != bad:
                labels[i], weights[i] = good, 1.0
    return labels, weights


def load_rows(corpus, pages, score):
    """One entry per truth row that has a body or segments, labels cached by content."""
    cache_path = os.path.join(ROOT, "build", "train-labels.pickle")
    cache = pickle.load(open(cache_path, "rb")) if os.path.exists(cache_path) else {}
    rows, fresh = [], {}
    for row in score.load_truth(os.path.join(corpus, "truth.jsonl")):
        if "required" not in row and score.truth_bodies(row) is None:
            continue
        if row["dataset"] not in ("aeb", "fundus", "trafilatura"):
            continue
        lines, paths, features = pages[row["file"]]
        key = hashlib.sha1(repr((row["id"], lines)).encode()).hexdigest()
        if key not in cache:
            cache[key] = label_page(row, lines, score)
        fresh[key] = cache[key]
        rows.append({"row": row, "lines": lines, "paths": paths, "features": features,
                     "labels": cache[key][0], "weights": cache[key][1]})
    pickle.dump(fresh, open(cache_path, "wb"))
    return rows


def line_weights(entry, score):
    """A page counts by its length's root; a line by its own, damped."""
    words = numpy.array([1 + len(score.tokens(line)) for line in entry["lines"]])
    weight = entry["weights"] * (1 + numpy.log2(words))
    if "required" in entry["row"]:
        return weight * 4.0
    positive = (weight * entry["labels"]).sum() or 1.0
    return weight * 40.0 / positive ** 0.5


# ---------------------------------------------------------------- the model

PARAMETERS = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 16, "max_depth": 7,
    "min_data_in_leaf": 30, "extra_trees": True, "min_sum_hessian_in_leaf": 10, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0, "max_bin": 127,
    "num_threads": 2, "verbose": -1, "seed": 1, "deterministic": True,
}


def train(entries, score, rounds):
    features = numpy.concatenate([e["features"] for e in entries])
    labels = numpy.concatenate([e["labels"] for e in entries])
    weights = numpy.concatenate([line_weights(e, score) for e in entries])
    known = weights > 0
    data = lightgbm.Dataset(features[known], label=labels[known], weight=weights[known])
    return lightgbm.train(PARAMETERS, data, rounds)


def fold_of(site, folds):
    return int(hashlib.sha1(site.encode()).hexdigest(), 16) % folds


# As body.c decides: what is likely, and more where hardly anything is.
LIKELY, HOPELESS, WEIGHT_MIN, STEP = 0.2, -2.2, 400, 0.25


def assemble(entry, p):
    odds = numpy.log(numpy.clip(p, 1e-9, 1 - 1e-9) / (1 - numpy.clip(p, 1e-9, 1 - 1e-9)))
    weights, least = entry["features"][:, 0], LIKELY
    while weights[odds > least].sum() < WEIGHT_MIN and least > HOPELESS:
        least -= STEP
    return "\n".join(line for line, x in zip(entry["lines"], odds) if x > least)


def evaluate(entries, predicted, score):
    pages = []
    for e in entries:
        text = assemble(e, predicted[id(e)])
        pages.append(score.score_page(e["row"], {"text": text, "error": None}))
    return score.summaries_of(pages), pages


def report(name, summaries):
    print(name)
    for key in ("aeb", "fundus", "trafilatura"):
        s = summaries[key]
        print("  %-12s" % key, "  ".join("%s %.4f" % (k, s[k]) for k in
              ("f1", "precision", "recall", "accuracy", "page_f1", "bad_pages",
               "seg_f1", "seg_precision", "seg_recall") if s.get(k) is not None))
    sys.stdout.flush()


def cross_validate(entries, score, args):
    predicted = {}
    for fold in range(args.folds):
        inside = [e for e in entries if fold_of(e["row"]["site"], args.folds) != fold]
        outside = [e for e in entries if fold_of(e["row"]["site"], args.folds) == fold]
        model = train(inside, score, args.rounds)
        for e in outside:
            predicted[id(e)] = model.predict(e["features"])
    report("cross-validated by site", evaluate(entries, predicted, score)[0])
    return predicted


# ---------------------------------------------------------------- the C table

def flatten(tree, branches, leaves, names):
    """Adds one tree to the forest; returns the number of its root as model.h has it."""
    if "leaf_value" in tree:
        leaves.append(tree["leaf_value"])
        return -len(leaves)
    at = len(branches)
    branches.append(None)
    low = flatten(tree["left_child"], branches, leaves, names)
    high = flatten(tree["right_child"], branches, leaves, names)
    branches[at] = (tree["threshold"], names[tree["split_feature"]], low, high)
    return at


def rows_of(items, width):
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) > width:
            lines.append("    " + line.rstrip())
            line = ""
        line += item + ", "
    return "\n".join(lines + ["    " + line.rstrip()])


def write_table(model, path, names):
    branches, leaves, roots = [], [], []
    for tree in model.dump_model()["tree_info"]:
        roots.append(flatten(tree["tree_structure"], branches, leaves, names))
    with open(path, "w") as f:
        f.write("/* Written by tests/train/train.py. */\n")
        f.write('#include "extract/model.h"\n\n#include "extract/block.h"\n\n')
        f.write("/* clang-format off */\n")
        f.write("#define F(name) FEATURE_##name\n\n")
        f.write("const struct model_branch model_branches[] = {\n%s\n};\n\n" % rows_of(
            ["{%.7eF, F(%s), %d, %d}" % row for row in branches], 96))
        f.write("const float model_leaves[] = {\n%s\n};\n\n" % rows_of(
            ["%.5fF" % x for x in leaves], 96))
        f.write("const int16_t model_roots[] = {\n%s\n};\n\n" % rows_of(
            [str(x) for x in roots], 96))
        f.write("const size_t model_roots_count = sizeof(model_roots) / sizeof(model_roots[0]);\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=180)
    parser.add_argument("--out")
    parser.add_argument("--dump", help="write predictions here, for reading")
    args = parser.parse_args()
    score = load_scorer(args.corpus)
    files = sorted(os.path.relpath(f, args.corpus)
                   for d in ("aeb", "fundus", "trafilatura")
                   for f in glob.glob(os.path.join(args.corpus, "pages", d, "*.html.gz")))
    program = os.path.join(args.build, "tests", "body_features")
    pages = read_pages(os.path.abspath(program), args.corpus, files)
    entries = load_rows(args.corpus, pages, score)
    print("%d pages, %d lines, %d labelled" % (
        len(entries), sum(len(e["lines"]) for e in entries),
        sum(int((e["weights"] > 0).sum()) for e in entries)))
    best = {id(e): e["labels"] for e in entries}
    report("labels (what alignment allows)", evaluate(
        [e for e in entries], best, score)[0])
    predicted = cross_validate(entries, score, args)
    if args.out:
        names = subprocess.run([program], stdout=subprocess.PIPE, check=True,
                               universal_newlines=True).stdout.split()
        write_table(train(entries, score, args.rounds), args.out, names)
    if args.dump:
        pickle.dump([(e["row"], e["lines"], e["labels"], e["weights"], predicted[id(e)], e["features"])
                     for e in entries], open(args.dump, "wb"))


if __name__ == "__main__":
    main()
