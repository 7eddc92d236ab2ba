"""Prints by which figures a stream differs from real news.

    python -m training.corpus_figures [NAME ...]
    python -m training.corpus_figures --folder DIR --names NAMES --utc-offset HOURS [--query QUERY]

Without a folder the streams are those of `corpora.toml`, and those of `outside.toml` where
MONITOR_SUITES names their folder, all or some by name.

one, two or three, four or more   developments that so many articles report, of all
dated     articles with news whose first two sentences name today or yesterday, of all with news
coverage  share of an article without news that one recent article has, the mean
known     share of its sentences that the case knew, the mean

The lines of the three real streams come first (`REAL`). Behind a figure stands how far it lies
outside their span, and at the end of a line which figures lie further than `FAR`. A story that is
too tidy teaches the judge that another outlet comes, that leads name their day, that what was told
before is told in the same words.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import fmean

from training.outside import find_outside, read_outside
from training.replay import JudgedArticle, Replay
from training.scoring import CARRIERS, MORE_CARRIERS, carriers_class, count_carriers, ratio
from training.streams import Corpus, LabelledArticle, read_corpora

FAR = 0.08
_SHOWN = 0.005  # a distance that rounds to something
_LEAD = 2  # sentences
_COVERAGE = "coverage"  # code of the reason that has it

_WIDTH = 14  # of a column

Figures = Mapping[str, float | None]

# Measured with this script in version 6 of the judge, as `outside.toml` follows them: renditions of
# real pages as they were spread, in own words, with one annotator.
REAL: Mapping[str, Mapping[str, float]] = {
    "real": {  # 186 pages of a deportation case before federal courts, five months
        "one": 0.292,
        "two or three": 0.271,
        "four or more": 0.438,
        "dated": 0.548,
        "coverage": 0.551,
        "known": 0.089,
    },
    "real-bridge": {  # 134 pages of the first weeks after a bridge collapsed
        "one": 0.28,
        "two or three": 0.46,
        "four or more": 0.26,
        "dated": 0.578,
        "coverage": 0.562,
        "known": 0.093,
    },
    "real-inquiry": {  # 56 pages, most in Spanish, of a judge's inquiry into a flood
        "one": 0.636,
        "two or three": 0.273,
        "four or more": 0.091,
        "dated": 0.3,
        "coverage": 0.515,
        "known": 0.009,
    },
}


def figures_of(corpus: Corpus) -> Figures:
    """Returns the figures of a stream, as this program's judge reads it."""
    replay = Replay(corpus)
    return {
        **carrier_shares(corpus.articles),
        "dated": share_dated(replay, [one for one in corpus.articles if one.new_developments]),
        **repetition(replay.run(corpus.articles)),
    }


def carrier_shares(articles: Sequence[LabelledArticle]) -> Figures:
    """Returns the shares of developments with one, two or three, four or more carriers."""
    carriers = count_carriers(articles)
    new = {name for article in articles for name in article.new_developments}
    classes = Counter(carriers_class(carriers[name]) for name in new)
    return {name: ratio(classes[name], len(new)) for name in (*CARRIERS, MORE_CARRIERS)}


def share_dated(replay: Replay, articles: Sequence[LabelledArticle]) -> float | None:
    """Returns the share of articles whose first two sentences name today or yesterday."""
    leads = [replay.analyse(article).sentences[:_LEAD] for article in articles]
    return ratio(sum(any(one.facts.is_fresh for one in lead) for lead in leads), len(leads))


def repetition(judged: Iterable[JudgedArticle]) -> Figures:
    """Returns how much of the articles without news one recent article has, and the case knew."""
    old = [one.verdict for one in judged if not one.article.new_developments]
    covered = [
        reason.value
        for verdict in old
        for reason in verdict.reasons
        if reason.code == _COVERAGE and isinstance(reason.value, float)
    ]
    return {
        "coverage": round(fmean(covered), 3) if covered else None,
        "known": round(fmean(one.known_share for one in old), 3) if old else None,
    }


def distance(name: str, figure: float | None) -> float:
    """Returns how far a figure lies above (or, negative, below) the span of the real streams."""
    if figure is None:
        return 0.0
    real = [figures[name] for figures in REAL.values()]
    return round(max(figure - max(real), 0.0) + min(figure - min(real), 0.0), 3)


def find_far(figures: Figures) -> list[str]:
    """Returns the names of the figures that are unlike those of real news."""
    return [name for name, value in figures.items() if abs(distance(name, value)) > FAR]


def format_line(name: str, figures: Figures) -> str:
    """Returns the line of a stream."""
    cells = "".join(f"{_cell(column, figures[column]):{_WIDTH}}" for column in figures)
    far = ", ".join(find_far(figures))
    return f"{name:16}{cells}{f'far: {far}' if far else ''}".rstrip()


def _cell(name: str, figure: float | None) -> str:
    if figure is None:
        return "–"
    away = distance(name, figure)
    return f"{figure:.3f} {away:+.2f}" if abs(away) >= _SHOWN else f"{figure:.3f}"


def select_corpora(args: argparse.Namespace) -> list[Corpus]:
    """Returns the streams that the command line names."""
    if args.folder:
        offset = timedelta(hours=args.utc_offset)
        return [Corpus(args.folder.name, args.folder, args.names, offset, own_query=args.query)]
    root = find_outside()
    corpora = read_corpora() + (read_outside(root) if root else [])
    return [corpus for corpus in corpora if not args.stream or corpus.name in args.stream]


def main() -> int:
    """Measures the streams that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stream", nargs="*", help="name of a stream; all when left out")
    parser.add_argument("--folder", type=Path, help="a stream outside the repository")
    parser.add_argument("--names", help="what finds its case, folded, with | between alternatives")
    parser.add_argument("--query", default="", help="the query of its case; any of the names")
    parser.add_argument("--utc-offset", type=float, default=0, help="hours, of its place")
    args = parser.parse_args()
    print(f"{'':16}{''.join(f'{column:{_WIDTH}}' for column in REAL['real'])}".rstrip())
    for name, figures in REAL.items():
        print(format_line(name, figures))
    print()
    for corpus in select_corpora(args):
        if corpus.name not in REAL:
            print(format_line(corpus.name, figures_of(corpus)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
