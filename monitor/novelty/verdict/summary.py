"""One sentence that says what an alert is about."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from monitor.model import NewSentence, Sentence
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.nlp.sentences import strip_dateline

# What all of the headline's words weigh beside the probability of reporting news. From .3 to 1 the
# labelled streams like it equally well.
_HEADLINE = 0.5


def summarise(
    quotes: Sequence[NewSentence],
    prediction: Prediction | None,
    title: Sentence,
    idf: Callable[[str], float],
) -> str:
    """Returns the quoted sentence that most probably reports the news and says most of what the
    headline does, of equal ones the first; without the place and agency that it may begin with.

    A text also reports what it has in its lists of other stories, in its captions and what was done
    before; a headline may tease and say nothing.

    Args:
        idf: the weight of a stem within the case.
    """
    if prediction is None:
        return strip_dateline(quotes[0].text) if quotes else ""
    headline = {stem: idf(stem) for stem in stems(title.text)}
    whole, reports = math.fsum(headline.values()) or 1.0, prediction.reports.by_index

    def rate(quote: NewSentence) -> tuple[float, int]:
        shared = math.fsum(headline[stem] for stem in headline.keys() & stems(quote.text))
        return reports.get(quote.index, 0.0) + _HEADLINE * shared / whole, -quote.index

    best = max(quotes, key=rate, default=None)
    return strip_dateline(best.text) if best else ""
