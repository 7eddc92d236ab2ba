"""The trained part of the judge: scoring, when it decides, what it says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS, JUDGE_VERSION, analyse
from monitor.novelty.alignment.article import align_article
from monitor.novelty.classifier.article_features import ABOUT, ABOUT_ALONE, article_features
from monitor.novelty.classifier.evidence import weigh
from monitor.novelty.classifier.explain import describe
from monitor.novelty.classifier.logistic import Weights, parse_weights, shipped_weights
from monitor.novelty.classifier.sentence_features import read_passages
from monitor.novelty.verdict.rules import DOUBTED, Prediction, confirming, decide
from tests.novelty.verdict.test_judge import ARREST, SATURDAY, SINKING, TUESDAY
from tests.novelty.world import Case, text_of

TRIAL = text_of(
    "A court in Port Amber on Thursday sentenced Rufo Calder, the captain of the ferry Alondra, to nine years in prison.",
    "Judge Mara Stell said that he had known of the open door. Prosecutor Berta Ocaria had asked for 12 years.",
    "Calder will appeal, his lawyer said.",
)
THURSDAY = SATURDAY + timedelta(days=33)


@pytest.fixture
def grown() -> Case:
    """A case of 25 articles."""
    case = Case()
    for number in range(12):
        case.store(
            SINKING.replace("148 people", f"{148 + number} people"),
            TUESDAY + timedelta(hours=number),
        )
        case.store(
            ARREST.replace("door open", f"door {number} open"), SATURDAY + timedelta(hours=number)
        )
    case.store(SINKING, TUESDAY + timedelta(days=1))
    return case


def test_a_score_is_the_logistic_of_the_standardised_figures():
    stored = {"bias": 0.5, "terms": [["event", 1.0, 2.0, 3.0], ["cover", 0.5, 0.5, -1.0]]}
    weights = parse_weights(
        {"version": "2", "about": stored, "article": stored, "sentence": stored}
    )

    assert weights.article.spoken({"event": 3.0, "cover": 1.0}) == [("event", 3.0), ("cover", -1.0)]
    assert weights.article.probability({"event": 3.0, "cover": 1.0}) == pytest.approx(
        0.924, abs=0.001
    )


def test_the_shipped_weights_are_of_this_judge_and_every_figure_they_weigh_is_computed(grown):
    weights = shipped_weights()
    analysis = analyse("", TRIAL, published_at=THURSDAY)
    reading = align_article(analysis, grown.memory, DEFAULT_SETTINGS, frozenset())
    figures = article_features(analysis, reading, grown.memory, DEFAULT_SETTINGS, frozenset())

    assert weights is not None
    assert weights.version == JUDGE_VERSION
    assert {term.name for term in weights.article.terms} == set(figures) - set(ABOUT_ALONE)
    assert {term.name for term in weights.about.terms} == set(ABOUT)
    for passage in read_passages(analysis, reading, grown.memory):
        assert {term.name for term in weights.sentence.terms} == set(passage.figures)


def test_a_grown_case_is_judged_by_the_weights_with_what_said_most(grown):
    verdict = grown.judge(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    weighed = [reason for reason in verdict.reasons if reason.code == "weighed"]
    assert verdict.outcome is Outcome.ALERT
    assert DEFAULT_SETTINGS.alert_at <= verdict.score <= 1
    assert len(weighed) == 4
    assert abs(weighed[0].value or 0) >= abs(weighed[-1].value or 0) > 0
    assert verdict.new_sentences[0].text.startswith("A court in Port Amber on Thursday sentenced")


def test_the_same_report_at_a_second_outlet_in_other_words_does_not_alert(grown):
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")
    retold = text_of(
        "Rufo Calder, captain of the Alondra, must go to prison for nine years, a court in Port Amber decided on Thursday.",
        "Prosecutor Berta Ocaria had wanted 12. The captain knew that a door was open, said judge Mara Stell.",
        "An appeal will follow, according to his lawyer.",
    )

    assert (
        grown.judge(retold, THURSDAY + timedelta(hours=3), "Nine years for ferry captain").outcome
        is not Outcome.ALERT
    )


def test_the_untrained_rule_decides_when_asked_to_and_in_a_young_case(grown):
    untrained = grown.judge(TRIAL, THURSDAY, settings=replace(DEFAULT_SETTINGS, is_trained=False))
    young = Case()
    young.store(SINKING, TUESDAY)

    assert untrained.outcome is Outcome.ALERT
    assert not [reason for reason in untrained.reasons if reason.code == "weighed"]
    assert not [
        reason for reason in young.judge(ARREST, SATURDAY).reasons if reason.code == "weighed"
    ]


def holding_for_new(probability_above_half: bool) -> Weights:
    """Returns weights that hold everything for news of the case, or nothing."""
    return of_one_opinion(5.0 if probability_above_half else -5.0)


def of_one_opinion(logits: float) -> Weights:
    """Returns weights that hold everything for news of the case with the same certainty."""
    sure, opinion = {"bias": 9.0, "terms": []}, {"bias": logits, "terms": []}
    return parse_weights(
        {"version": JUDGE_VERSION, "about": sure, "article": opinion, "sentence": sure}
    )


def test_in_a_young_case_a_text_in_new_words_is_in_doubt_when_the_weights_hold_it_for_unlikely():
    young = Case()
    young.store(SINKING, TUESDAY)

    likely = young.judge(ARREST, SATURDAY, weights=holding_for_new(True))
    unlikely = young.judge(ARREST, SATURDAY, weights=holding_for_new(False))

    assert likely.outcome is Outcome.ALERT
    assert unlikely.outcome is Outcome.DIGEST
    assert [reason.code for reason in unlikely.reasons[:2]] == [DOUBTED, "new_event"]
    assert unlikely.reasons[0].value < unlikely.reasons[0].threshold == DEFAULT_SETTINGS.digest_at


RETOLD_WITH_MORE = text_of(
    "The captain of the lost ferry Alondra, Rufo Calder, is under arrest: police in Villa Clara took him on Saturday.",
    "Prosecutor Berta Ocaria blames a door that stood open, and Calder disagrees.",
    "Later on Saturday the minister resigned, and a judge ordered a search of the port.",
)


@pytest.mark.parametrize(("hours", "expected"), [(2, Outcome.DIGEST), (7, Outcome.ALERT)])
def test_in_a_young_case_a_text_most_of_which_alerted_within_hours_is_in_doubt(hours, expected):
    young = Case()
    young.store(SINKING, TUESDAY)
    young.follow(ARREST, SATURDAY)

    verdict = young.judge(
        RETOLD_WITH_MORE, SATURDAY + timedelta(hours=hours), weights=holding_for_new(True)
    )

    assert verdict.outcome is expected
    if expected is Outcome.DIGEST:
        assert verdict.reasons[0].code == DOUBTED
        assert (
            verdict.reasons[0].value >= verdict.reasons[0].threshold == DEFAULT_SETTINGS.young_told
        )


@pytest.mark.parametrize("alert_at", [0.0, 1.0])
def test_in_a_young_case_any_threshold_can_be_tried(alert_at):
    young = Case()
    young.store(SINKING, TUESDAY)

    assert (
        0
        <= young.judge(
            ARREST, SATURDAY, settings=replace(DEFAULT_SETTINGS, alert_at=alert_at)
        ).score
        <= 1
    )


def test_in_a_young_case_feedback_moves_nothing():
    """The rule's score does not say what feedback moved, so a replay could not know."""
    young = Case()
    young.store(SINKING, TUESDAY)
    weights = of_one_opinion(-0.6)

    moved = [
        young.judge(ARREST, SATURDAY, weights=weights, settings=replace(DEFAULT_SETTINGS, shift=by))
        for by in (-1.5, 0)
    ]

    assert moved[0] == moved[1]
    assert moved[0].outcome is Outcome.ALERT


def test_what_is_in_doubt_quotes_a_sentence_since_it_may_become_an_alert():
    young = Case()
    young.store(SINKING, TUESDAY)
    late = text_of(
        SINKING.partition(". ")[0] + ".",
        '"We were asleep and then the cars began to slide," a cook called Ines Vidal said.',
        '"Nobody told us where the boats were," she said.',
        '"I held on to a chair until it was light," she said.',
        ARREST.partition("\n\n")[0],
    )

    verdict = young.judge(late, SATURDAY, weights=holding_for_new(False))

    assert verdict.reasons[0].code == DOUBTED
    assert verdict.new_sentences


def test_in_a_young_case_a_live_blog_alerts_whatever_the_weights_say():
    """They were fitted to reports; what a blog adds stands anywhere in it."""
    young = Case()
    young.store(SINKING, TUESDAY)

    blog = text_of(
        *(
            f"14:{10 + 5 * number} - {paragraph}"
            for number, paragraph in enumerate(ARREST.split(". "))
        )
    )

    verdict = young.judge(blog, SATURDAY, "Alondra sinking live", weights=holding_for_new(False))

    assert verdict.outcome is Outcome.ALERT


def test_in_a_young_case_words_added_to_a_known_text_and_a_headline_alone_alert_whatever_the_weights_say():
    young = Case()
    young.store(SINKING, TUESDAY)
    added = text_of(ARREST.split("\n\n")[0], SINKING)
    headline = (
        "Police arrest Rufo Calder, captain of sunken ferry, and charge him with manslaughter"
    )

    assert young.judge(added, SATURDAY, weights=holding_for_new(False)).outcome is Outcome.ALERT
    assert (
        young.judge("", SATURDAY, headline, weights=holding_for_new(False)).outcome is Outcome.ALERT
    )


def test_a_text_with_none_of_the_cases_names_and_few_of_its_words_is_about_a_namesake(grown):
    climbing = text_of(
        "The climber Iker Alondra finished third at the winter meeting in Corrie Head, eleven seconds behind Sven Aldous.",
        "He slipped on an overhang and kept hold. The crowd cheered when the medals were handed over.",
    )

    verdict = grown.judge(
        climbing, THURSDAY, "Alondra climbs to bronze", subject_terms=frozenset({"alondra"})
    )

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "aside"
    assert verdict.reasons[0].value < verdict.reasons[0].threshold == 0.5


@pytest.mark.parametrize(("singer", "expected"), [("Iker Alondra", 1.0), ("Alondra", 0.0)])
def test_names_beside_the_subjects_that_are_foreign_to_the_case_speak_against_it(
    grown, singer, expected
):
    text = f"{singer} sang in Port Amber on Thursday. Captain Rufo Calder was in the hall."
    analysis, reading, _ = read(grown, text, THURSDAY)

    figures = article_features(
        analysis, reading, grown.memory, DEFAULT_SETTINGS, frozenset({"alondra"})
    )

    assert figures["strange"] == expected
    assert dict(shipped_weights().about.spoken({**figures, "strange": 1.0}))["strange"] < 0


IN_PASSING = text_of(
    "A court in Port Amber on Thursday sentenced the captain of a ferry that sailed with a door open to nine years in prison.",
    "Judge Mara Stell said that the captain, Rufo Calder, had known of it. Prosecutor Berta Ocaria had asked for 12 years.",
    "The ship was the Alondra.",
)


def test_an_article_that_goes_on_with_the_case_alerts_even_if_it_names_the_subject_in_passing(
    grown,
):
    eve = text_of(
        "The trial of Rufo Calder, captain of the Alondra, opened in Port Amber on Wednesday before judge Mara Stell.",
        "Relatives of the dead filled the gallery. Prosecutor Berta Ocaria read out the charge for an hour.",
    )
    grown.store(eve, THURSDAY - timedelta(days=1), "Calder trial ends")

    verdict = grown.judge(IN_PASSING, THURSDAY, "Captain gets nine years", is_subject=False)

    assert verdict.outcome is Outcome.ALERT
    assert [reason.code for reason in verdict.reasons[:2]] == ["new_event", "continues"]


def test_another_story_that_names_the_subject_in_passing_is_a_mention(grown):
    harbour = text_of(
        "Shipowners in Corrie Head on Thursday asked the government for 30 million crowns for new ramps and for a breakwater.",
        "Minister Odile Fenn promised an answer before the autumn. The harbour there was built in 1951.",
        "Ramps have been discussed since the loss of the Alondra.",
    )

    verdict = grown.judge(harbour, THURSDAY, "Shipowners want new ramps", is_subject=False)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "mention"


RETOLD = text_of(
    "A cell is what awaits Rufo Calder, the captain who kept silent about the door of the Alondra.",
    "Nine years of it, judge Mara Stell decided on Thursday in Port Amber. Berta Ocaria, for the prosecution, had wanted 12.",
)
SECOND = text_of(
    "A court in Port Amber on Thursday sentenced Dario Finch, the mate of the ferry Alondra, to four years in prison.",
    "Judge Mara Stell said that he had not closed the door. Prosecutor Berta Ocaria had asked for 6 years.",
)
TWO_WEEKS_ON = THURSDAY + timedelta(days=14)


def read(case, text, at):
    analysis = analyse("", text, published_at=at)
    reading = align_article(analysis, case.memory, DEFAULT_SETTINGS, frozenset())
    return analysis, reading, weigh(reading, case.memory, at, DEFAULT_SETTINGS)


def test_a_report_told_late_has_its_names_and_numbers_in_one_old_article_and_a_second_event_has_its_own(
    grown,
):
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    assert read(grown, RETOLD, TWO_WEEKS_ON)[2].told_late == 1
    assert read(grown, SECOND, TWO_WEEKS_ON)[2].told_late == 0
    assert read(grown, RETOLD, THURSDAY + timedelta(hours=5))[2].told_late == 0


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [(0.6, Outcome.DIGEST), (0.89, Outcome.DIGEST), (0.9, Outcome.ALERT)],
)
def test_what_may_be_an_old_report_is_in_doubt_unless_it_is_all_but_certain(
    grown, probability, outcome
):
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")
    analysis, reading, evidence = read(grown, RETOLD, TWO_WEEKS_ON)
    opinion = Prediction(
        probability,
        1.0,
        article_features(analysis, reading, grown.memory, DEFAULT_SETTINGS, frozenset()),
        (),
    )

    decision = decide(
        analysis,
        reading,
        evidence,
        grown.memory,
        opinion,
        is_subject=True,
        is_baseline=False,
        settings=DEFAULT_SETTINGS,
    )

    assert decision.outcome is outcome
    assert (decision.reasons[0].code == DOUBTED) is (outcome is Outcome.DIGEST)


ADDED = text_of(
    "Judge Mara Stell on Thursday told Rufo Calder to hand over his passport in Port Amber.",
    SINKING,
)


def decision_on(case, text, probability, **thresholds):
    analysis, reading, evidence = read(case, text, THURSDAY)
    opinion = Prediction(
        probability,
        1.0,
        article_features(analysis, reading, case.memory, DEFAULT_SETTINGS, frozenset()),
        (),
    )
    settings = replace(DEFAULT_SETTINGS, **thresholds)
    return decide(
        analysis,
        reading,
        evidence,
        case.memory,
        opinion,
        is_subject=True,
        is_baseline=False,
        settings=settings,
    )


@pytest.mark.parametrize(
    ("text", "probability", "alert_at", "expected", "threshold"),
    [
        (TRIAL, 0.5, 0.5, Outcome.ALERT, 0.5),
        (TRIAL, 0.49, 0.5, Outcome.DIGEST, 0.5),
        (ADDED, 0.6, 0.5, Outcome.ALERT, 0.6),
        (ADDED, 0.59, 0.5, Outcome.DIGEST, 0.6),
        (ADDED, 0.85, 0.8, Outcome.DIGEST, 0.9),
    ],
)
def test_words_added_to_a_known_text_need_more_than_a_new_text_whatever_the_threshold(
    grown, text, probability, alert_at, expected, threshold
):
    decision = decision_on(grown, text, probability, alert_at=alert_at)

    assert decision.outcome is expected
    assert (decision.reasons[0].value, decision.reasons[0].threshold) == (probability, threshold)


@pytest.mark.parametrize(
    ("probability", "outcome", "code", "is_unconfirmed"),
    [
        (0.2, Outcome.DIGEST, "weak", True),
        (0.199, Outcome.SILENT, "faint", True),
        (0.02, Outcome.SILENT, "faint", True),
        (0.019, Outcome.SILENT, "weak", False),
    ],
)
def test_what_is_too_faint_for_a_digest_is_silent_and_in_doubt_down_to_next_to_nothing(
    grown, probability, outcome, code, is_unconfirmed
):
    decision = decision_on(grown, TRIAL, probability)

    assert (decision.outcome, decision.reasons[0].code, decision.is_unconfirmed) == (
        outcome,
        code,
        is_unconfirmed,
    )


@pytest.mark.parametrize(
    ("probability", "codes"),
    [(0.3, ["faint", "confirms"]), (0.1, ["faint", "confirms"]), (0.01, ["confirms"])],
)
def test_what_confirms_another_and_is_in_doubt_itself_stays_so(grown, probability, codes):
    decision = confirming(decision_on(grown, TRIAL, probability), 7, 0.9, DEFAULT_SETTINGS)

    assert decision.outcome is Outcome.SILENT
    assert [reason.code for reason in decision.reasons[: len(codes)]] == codes
    assert decision.is_unconfirmed is (codes[0] == "faint")


def test_figures_that_measure_one_thing_are_told_as_one():
    told = describe([("cover", -1.0), ("cover same day", -0.5), ("event", 1.2)])

    assert [value for _, value in told] == [-1.5, 1.2]


def test_a_note_on_a_photograph_is_no_correction_even_with_a_day_and_a_contrast(grown):
    note = "Correction: the photograph published with this article on Monday showed the harbour of Villa Clara, not Port Amber."

    assert grown.judge(text_of(SINKING, note), THURSDAY).outcome is Outcome.SILENT
