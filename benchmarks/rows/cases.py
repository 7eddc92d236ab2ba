"""What a case knows: the memory it takes, what a verdict costs against it, how it is loaded."""

from __future__ import annotations

import gc
import json
import pickle
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.judge_speed import PARAGRAPHS, START, invent, read_paragraphs, write_article
from benchmarks.measuring import ROOT, scratch
from benchmarks.peers.monitor_pass import resident_mb
from benchmarks.stored import fill, make_database
from monitor.model import Analysis, KnownArticle
from monitor.novelty import ArticleContext, CaseIndex, analyse, facts_to_json, judge
from monitor.pipeline.context import CaseIndexes
from monitor.pipeline.verdicts.memory import learn_articles
from monitor.store import Store
from monitor.store.schema.tables import articles, case_articles, cases, revisions, sentences

_JUDGED = 10
_SMALL = 1_000  # sentences of the case that a verdict is compared with


def _write(folder: Path, size: int) -> Path:
    """Writes articles of so many sentences as one case learned them, and some to judge."""
    rng, paragraphs = random.Random(0), read_paragraphs()
    words = [word for paragraph in paragraphs for word in paragraph.split()]
    known: list[KnownArticle] = []
    keys: set[int] = set()
    while len(keys) < size:
        number = len(known) + 1
        text = "\n\n".join(invent(paragraphs, words, rng) for _ in range(PARAGRAPHS))
        at = START + timedelta(hours=number)
        told = analyse(f"Report {number}", text, published_at=at)
        keys.update(sentence.key for sentence in told.sentences)
        known.append(KnownArticle(number, number, told.title, told.sentences, told.lang, at, at))
    at = known[-1].at
    fresh = [
        analyse(f"Late report {number}", write_article(paragraphs, words, rng), published_at=at)
        for number in range(_JUDGED)
    ]
    path = folder / "case.pickle"
    path.write_bytes(pickle.dumps((known, fresh)))
    return path


def _read(path: Path) -> tuple[list[KnownArticle], list[Analysis]]:
    # Anew each time: cases do not share what they hold.
    known, fresh = pickle.loads(path.read_bytes())
    return known, fresh


def _verdict_ms(index: CaseIndex, fresh: Sequence[Analysis], at: Any) -> tuple[float, list[str]]:
    """Returns the median CPU time of a verdict, and the verdicts."""
    taken, verdicts = [], []
    for analysis in fresh:
        context = ArticleContext(now=at, is_subject=True)
        began = time.process_time()
        verdict = judge(analysis, index, context)
        taken.append(1000 * (time.process_time() - began))
        verdicts.append(f"{verdict.outcome}:{verdict.score:.9f}")
    return statistics.median(taken), verdicts


def hold(path: Path, count: int) -> dict[str, Any]:
    """Fills so many cases and judges in each in turn; runs in a process of its own."""
    gc.collect()
    indexes, before = CaseIndexes(), resident_mb()
    sizes = []
    for case_id in range(count):
        index = indexes.get_index(case_id, None)
        known, _ = _read(path)
        for further, article in zip(reversed(range(len(known))), known, strict=True):
            index.add(article, further=further)
        sizes.append(len(index))
        del known
    gc.collect()
    held = resident_mb() - before
    known, fresh = _read(path)
    found = [indexes.get_index(case_id, None) for case_id in range(count)]
    costs = [_verdict_ms(one, fresh, known[-1].at) for one in found]
    return {
        "mb": held,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reloaded": sum(not len(one) for one in found),
        "sentences": sum(sizes),
        "verdict": statistics.median(cost for cost, _ in costs),
        "alike": len({tuple(verdicts) for _, verdicts in costs}) == 1,
    }


def _held(path: Path, count: int) -> dict[str, Any]:
    code = "import json, sys; from pathlib import Path; from benchmarks.rows.cases import hold; "
    code += "print(json.dumps(hold(Path(sys.argv[1]), int(sys.argv[2]))))"
    command = [sys.executable, "-c", code, str(path), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _sentence_rows(known: Sequence[KnownArticle]) -> Iterator[dict[str, Any]]:
    for article in known:
        for one in (article.title, *article.sentences):
            yield {
                "revision_id": article.article_id,
                "number": one.index,
                "paragraph": one.paragraph,
                "text": one.text,
                "key": one.key,
                "facts": facts_to_json(one.facts),
            }


def _load_s(folder: Path, known: Sequence[KnownArticle]) -> float:
    """Returns the CPU seconds that reading a case out of the store takes."""
    url = make_database(folder / "case.db")
    ids = [article.article_id for article in known]
    fill(url, cases, [{"id": 1, "slug": "ferry"}])
    names = ("uid", "canonical_url", "url")
    fill(url, articles, ({"id": at, **dict.fromkeys(names, f"a{at}")} for at in ids))
    fill(url, revisions, ({"id": at, "article_id": at, "number": 1} for at in ids))
    keys = ("id", "article_id", "revision_id", "story_id")
    judged = {"case_id": 1, "outcome": "silent"}
    fill(url, case_articles, ({**dict.fromkeys(keys, at), **judged} for at in ids))
    fill(url, sentences, _sentence_rows(known))
    with closing(Store(url)) as store:
        began = time.process_time()
        store.read(learn_articles, CaseIndex(), 1)
        return time.process_time() - began


def memory(sizes: Sizes) -> Measured:
    """B14."""
    with scratch() as folder:
        path = _write(folder, sizes.sentences)
        known, _ = _read(path)
        load = _load_s(folder, known)
        found = _held(path, sizes.cases)
        small = _held(_write(folder, _SMALL), 1)
    per_case = found["mb"] / sizes.cases
    figures = [
        Figure("MB a case (30 in 1.5 GB)", per_case, 50),
        Figure("load, s CPU for 50,000", load * 50_000 / sizes.sentences, 2),
        Figure("reloaded in turn", found["reloaded"], 0),
        Figure("a verdict, ms CPU", found["verdict"], 80),
        Figure("× at 1,000 sentences", found["verdict"] / small["verdict"], 4),
    ]
    pair = f"the verdicts of all {sizes.cases} cases are the same"
    pair += f"; {1000 * per_case / sizes.sentences:.1f} kB a sentence"
    return Measured(figures, pair, found["alike"], f"{sizes.cases} × {sizes.sentences:,} sentences")


GOALS = (Goal("B14", "a case's index: memory, verdict, load", "itself at 1,000", memory),)
