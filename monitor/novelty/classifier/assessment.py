"""Everything that a verdict on one article is decided on, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Analysis
from monitor.novelty.alignment.article import AlignedArticle, align_article
from monitor.novelty.classifier.evidence import Evidence, gather_evidence
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.thresholds import DEFAULT_SETTINGS, JudgeSettings


@dataclass(frozen=True, slots=True)
class Assessment:
    """An article beside one case.

    Attributes:
        analysis: the article's text, read; with the case's own event classes.
        article: its sentences beside what the case knows.
        index: all that the case knows; not changed.
        evidence: of the article's leading sentences.
        subject_terms: folded words or phrases that name the subject.
    """

    analysis: Analysis
    article: AlignedArticle
    index: CaseIndex
    evidence: Evidence
    settings: JudgeSettings
    subject_terms: frozenset[str]

    @property
    def is_young(self) -> bool:
        """Whether the rule decides: words were added to a known text, and the case has so few
        others that the weights cannot tell what is usual in it.
        """
        return self.knows_little and (self.article.is_verbatim or not self.index.article_count)

    @property
    def knows_little(self) -> bool:
        """Whether the case has so few articles or sentences that little can be old in it."""
        has_few_articles = self.index.article_count < self.settings.young_articles
        return has_few_articles or len(self.index) < self.settings.young_distinct


def assess(
    analysis: Analysis,
    index: CaseIndex,
    *,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    subject_terms: frozenset[str] = frozenset(),
) -> Assessment:
    """Compares an article with a case and gathers the evidence for and against its being new."""
    analysis = index.events.of_analysis(analysis) if index.events else analysis
    article = align_article(analysis, index, settings, subject_terms)
    evidence = gather_evidence(article, index, analysis.published_at, settings)
    return Assessment(analysis, article, index, evidence, settings, subject_terms)
