#!/usr/bin/env python3
"""Train the model that tells an article's lines from the rest of a page.

    tests/train/train.py CORPUS [--build BUILD] [--splits 1] [--out crawler/extract/model_trees.c]

CORPUS holds pages/, truth.jsonl, urls.tsv and score.py. Needs numpy and lightgbm. Prints the
scores of a cross-validation in which all pages of a site are in one fold, once for each of so many
ways to split the sites, then trains on all pages and writes the trees as a C table. Without --out
nothing is written.

There are two forests. The first judges a line by itself and its place; the second also by what the
first made of the lines around it. What the second learns from are scores of pages that the first
had not seen, so that it does not take them for better than they will be.

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
import tempfile
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
    """{file: (lines, paths, refused, features)} as tests/train/features.c prints them."""
    out = subprocess.run([program, "urls.tsv"] + files, cwd=corpus, stdout=subprocess.PIPE,
                         check=True).stdout
    pages, at = {}, 0
    for name in files:
        count, width = struct.unpack_from("II", out, at)
        at += 8
        lines, paths, refused = [], [], numpy.zeros(count, bool)
        rows = numpy.zeros((count, width), numpy.float32)
        for i in range(count):
            (refused[i],) = struct.unpack_from("I", out, at)
            at += 4
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
        pages[name] = (lines, paths, refused, rows)
    return pages


def read_context(args, entries, scores):
    """{id of entry: its lines' features for the second look}, out of {id: scores of the first}."""
    with tempfile.NamedTemporaryFile() as file:
        for e in entries:
            file.write(scores[id(e)].astype(numpy.float32).tobytes())
        file.flush()
        out = subprocess.run([args.program, "--scores", file.name, "urls.tsv"] +
                             [e["row"]["file"] for e in entries], cwd=args.corpus,
                             stdout=subprocess.PIPE, check=True).stdout
    context, at = {}, 0
    for e in entries:
        count, width = struct.unpack_from("II", out, at)
        rows = numpy.frombuffer(out, numpy.float32, count * width, at + 8).reshape(count, width)
        context[id(e)] = numpy.concatenate([e["features"], rows], axis=1)
        at += 8 + 4 * count * width
    return context


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
        lines, paths, refused, features = pages[row["file"]]
        key = hashlib.sha1(repr((row["id"], lines)).encode()).hexdigest()
        if key not in cache:
            cache[key] = label_page(row, lines, score)
        fresh[key] = cache[key]
        rows.append({"row": row, "lines": lines, "paths": paths,
                     "refused": refused, "features": features,
                     "labels": cache[key][0], "weights": cache[key][1],
                     "sizes": 1 + numpy.log2([1 + len(score.tokens(line)) for line in lines])})
    pickle.dump(fresh, open(cache_path, "wb"))
    return rows


def line_weights(entry, segments):
    """A page counts by its length's root; a line by its own, damped."""
    weight = entry["weights"] * entry["sizes"]
    if "required" in entry["row"]:
        return weight * segments
    positive = (weight * entry["labels"]).sum() or 1.0
    return weight * 40.0 / positive ** 0.5


# ---------------------------------------------------------------- the model

PARAMETERS = {
    "objective": "binary", "num_leaves": 16, "max_depth": 7, "min_data_in_leaf": 30,
    "min_sum_hessian_in_leaf": 10, "feature_fraction": 0.5, "bagging_fraction": 0.7,
    "bagging_freq": 1, "lambda_l2": 10.0, "max_bin": 127, "num_threads": 1, "verbose": -1, "seed": 1,
    "deterministic": True,
}
# Of each look: its trees, how much a line of known segments counts, and how it learns. The first
# splits at random places: what it makes of pages it has not seen is then more like what it makes of
# those it has.
FIRST = {"rounds": 180, "segments": 4.0, "learning_rate": 0.08, "extra_trees": True}
SECOND = {"rounds": 150, "segments": 6.0, "learning_rate": 0.05, "extra_trees": False}

# As body.c decides: what is refused, what is worth a second look, what is likely, and more where
# hardly anything is.
REFUSED, LOOK_AGAIN, LIKELY, HOPELESS, WEIGHT_MIN, STEP = -4.4, -3.5, 0.2, -2.2, 200, 0.25


def train(entries, features, look):
    weights = [line_weights(e, look["segments"]) for e in entries]
    rows = numpy.concatenate([features[id(e)][w > 0] for e, w in zip(entries, weights)])
    labels = numpy.concatenate([e["labels"][w > 0] for e, w in zip(entries, weights)])
    weights = numpy.concatenate([w[w > 0] for w in weights])
    parameters = dict(PARAMETERS, learning_rate=look["learning_rate"],
                      extra_trees=look["extra_trees"])
    return lightgbm.train(parameters, lightgbm.Dataset(rows, label=labels, weight=weights),
                          look["rounds"])


def train_first(entries):
    return train(entries, {id(e): e["features"] for e in entries}, FIRST)


def train_second(entries, context):
    return train(entries, context, SECOND)


def predict(model, entries, features):
    """{id of entry: the log-odds of its lines}"""
    odds = model.predict(numpy.concatenate([features[id(e)] for e in entries]), raw_score=True,
                         num_threads=1)
    ends = numpy.cumsum([len(e["lines"]) for e in entries])
    return {id(e): part for e, part in zip(entries, numpy.split(odds, ends[:-1]))}


def first_scores(model, entries):
    odds = predict(model, entries, {id(e): e["features"] for e in entries})
    return {id(e): numpy.where(e["refused"], REFUSED, odds[id(e)]) for e in entries}


def second_scores(model, entries, first, context):
    odds = predict(model, entries, context)
    return {id(e): numpy.where(first[id(e)] > LOOK_AGAIN, odds[id(e)], first[id(e)])
            for e in entries}


def fold_of(entry, folds, split):
    name = "%s%s" % (split, entry["row"]["site"])
    return int(hashlib.sha1(name.encode()).hexdigest(), 16) % folds


def unseen_scores(entries, folds, split):
    """What the first look says of each page when trained without its site's fold."""
    scores = {}
    for fold in range(folds):
        inside = [e for e in entries if fold_of(e, folds, split) != fold]
        outside = [e for e in entries if fold_of(e, folds, split) == fold]
        scores.update(first_scores(train_first(inside), outside))
    return scores


def assemble(entry, scores):
    """The body, as body.c makes it."""
    weights, least = entry["features"][:, 0], LIKELY
    taken = scores > least
    while weights[taken].sum() < WEIGHT_MIN and least > HOPELESS:
        least -= STEP
        taken = scores > least
    heading = entry["features"][:, entry["heading"]] > 0
    kept = list(numpy.nonzero(taken)[0])
    while len(kept) > 1 and heading[kept[-1]]:
        kept.pop()
    return "\n".join(entry["lines"][i] for i in kept)


def evaluate(entries, scores, score):
    pages = []
    for e in entries:
        text = assemble(e, scores[id(e)])
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


def cross_validate(entries, score, args, split):
    scores = {}
    for fold in range(args.folds):
        inside = [e for e in entries if fold_of(e, args.folds, split) != fold]
        outside = [e for e in entries if fold_of(e, args.folds, split) == fold]
        first = unseen_scores(inside, args.folds, "inner %s" % split)
        first.update(first_scores(train_first(inside), outside))
        context = read_context(args, entries, first)
        second = train_second(inside, context)
        scores.update(second_scores(second, outside, first, context))
    report("cross-validated by site, split %s" % split, evaluate(entries, scores, score)[0])
    return scores


# ---------------------------------------------------------------- the C table

def flatten(tree, branches, leaves, names):
    """Adds a tree's branches and leaves, the leaves from left to right, to those of model.h."""
    if "leaf_value" in tree:
        leaves.append(tree["leaf_value"])
        return
    first = len(leaves)
    flatten(tree["left_child"], branches, leaves, names)
    left = sum(1 << leaf for leaf in range(first, len(leaves)))
    branches.append((tree["threshold"], left, names[tree["split_feature"]]))
    flatten(tree["right_child"], branches, leaves, names)


def rows_of(items, width):
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) > width:
            lines.append("      " + line.rstrip())
            line = ""
        line += item + ", "
    return "\n".join(lines + ["      " + line.rstrip(", ")])


def write_table(models, path, names):
    trees = [tree["tree_structure"] for model in models for tree in model.dump_model()["tree_info"]]
    with open(path, "w") as f:
        f.write("/* Written by tests/train/train.py. */\n")
        f.write('#include "extract/model.h"\n\n#include "extract/block.h"\n\n')
        f.write("/* clang-format off */\n")
        f.write("#define F(name) FEATURE_##name\n\n")
        f.write("const struct model_tree model_trees[] = {\n")
        for tree in trees:
            branches, leaves = [], []
            flatten(tree, branches, leaves, names)
            parts = [["%.7eF" % row[0] for row in branches], ["%.5fF" % leaf for leaf in leaves],
                     ["0x%04x" % row[1] for row in branches], ["F(%s)" % row[2] for row in branches]]
            f.write("    {{\n%s}},\n" % "},\n     {\n".join(rows_of(part, 92) for part in parts))
        f.write("};\n\n")
        f.write("const size_t model_first_count = %d;\n" % models[0].num_trees())
        f.write("const size_t model_trees_count = sizeof(model_trees) / sizeof(model_trees[0]);\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--splits", type=int, default=1, help="cross-validate so many times")
    parser.add_argument("--out")
    parser.add_argument("--dump", help="write the first split's scores here, for reading")
    args = parser.parse_args()
    score = load_scorer(args.corpus)
    files = sorted(os.path.relpath(f, args.corpus)
                   for d in ("aeb", "fundus", "trafilatura")
                   for f in glob.glob(os.path.join(args.corpus, "pages", d, "*.html.gz")))
    args.program = os.path.abspath(os.path.join(args.build, "tests", "body_features"))
    names = subprocess.run([args.program], stdout=subprocess.PIPE, check=True,
                           universal_newlines=True).stdout.split()
    entries = load_rows(args.corpus, read_pages(args.program, args.corpus, files), score)
    for e in entries:
        e["heading"] = names.index("HEADING")
    print("%d pages, %d lines, %d labelled" % (
        len(entries), sum(len(e["lines"]) for e in entries),
        sum(int((e["weights"] > 0).sum()) for e in entries)))
    best = {id(e): numpy.where(e["labels"] > 0, 1.0, HOPELESS - 1) for e in entries}
    report("labels (what alignment allows)", evaluate(entries, best, score)[0])
    splits = [cross_validate(entries, score, args, split) for split in range(args.splits)]
    if args.out:
        first = unseen_scores(entries, args.folds, "inner")
        second = train_second(entries, read_context(args, entries, first))
        write_table([train_first(entries), second], args.out, names)
    if args.dump and splits:
        pickle.dump([(e["row"], e["lines"], e["labels"], e["weights"], splits[0][id(e)], e["features"])
                     for e in entries], open(args.dump, "wb"))


if __name__ == "__main__":
    main()
