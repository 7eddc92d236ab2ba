"""Training leaves each story out of the weights that draw and judge it, and can check the file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from tests.training.articles import article
from tests.training.stories import full_story
from training import train
from training.examples import Story
from training.fit import Fitted, dump_weights, fit
from training.streams import Corpus


def corpus_of(name: str) -> Corpus:
    corpus = Corpus(name, Path(), "tarn", timedelta())
    corpus.__dict__["articles"] = (
        article("closed", developments=("closed",)),
        article("found", hours=5, paragraphs=("Divers found a crack in the Tarn bridge.",)),
    )
    corpus.__dict__["tagged_sentences"] = {}
    return corpus


def test_the_others_are_all_stories_but_one() -> None:
    tarn, ferry, bridge = (full_story(name) for name in ("tarn", "ferry", "bridge"))

    assert train.others(ferry, [tarn, ferry, bridge]) == [tarn, bridge]


def test_rows_of_articles_are_drawn_with_links_that_never_saw_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, seen = full_story("real"), []

    def fit_kept(stories: list[Story], names: tuple[str, ...]) -> Fitted:
        seen.append(([story.name for story in stories], names))
        return fit([kept], names)

    monkeypatch.setattr(train, "fit", fit_kept)
    stories = train.draw_stories([corpus_of("tarn"), corpus_of("ferry")], [kept])

    names = ("link", "reporting")
    assert seen == [(["ferry", "real"], names), (["tarn", "real"], names)]
    for story in stories:
        assert set(story.rows) == {"link", "reporting", "sentence", "about", "article"}
        assert len(story.rows["about"]) == 1


def test_weights_that_training_would_write_pass_the_check(tmp_path: Path) -> None:
    path, fitted = tmp_path / "weights.json", fit([full_story("tarn")])
    path.write_text(dump_weights({"unseen_stories": []}, fitted), encoding="utf-8")

    assert train._compare(path, fitted) == 0


def test_other_weights_fail_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, fitted = tmp_path / "weights.json", fit([full_story("tarn")])
    path.write_text(dump_weights({}, fitted), encoding="utf-8")
    other = fit([full_story("tarn", seed=5)])

    assert train._compare(path, other) == 1
    assert "weights.json is out of date" in capsys.readouterr().out
