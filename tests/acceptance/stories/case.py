"""The case of Aurelio Benavent, a glazier who was sent to a prison abroad by mistake: what is known
of him before a story begins. People and places are invented.
"""

from __future__ import annotations

QUERY = '"aurelio benavent" OR benavent'
# What a feed shows often names nobody: this decides what is read in full.
CANDIDATES = "benavent OR glazier OR vidriero OR deport* OR expuls*"
BACKGROUND = (
    (
        "2025-03-13",
        "Glazier detained on his way home from work",
        """Immigration officers detained Aurelio Benavent, a glazier and father of three, in a car
park in Port Ellery on Wednesday evening.

Mr Benavent, 31, has lived in the country since 2012 and has no criminal record here. His
employer, Dunmore Glass, said that he had never missed a shift.

An immigration judge ruled in 2019 that he must not be sent to Talvera, where a gang had
threatened his family.

His wife, Pilar Benavent, said that he called her from a detention centre in Fallbrook and that
nobody had told him why he was held.""",
    ),
    (
        "2025-03-17",
        "Three planes with deportees land in Talvera",
        """Three planes with 214 people on board landed in Talvera on Saturday night, and the
prisoners were taken to the Monteclaro prison.

Pilar Benavent recognised her husband, the glazier Aurelio Benavent, in a photograph that the
government of Talvera published.

The administration says that the men belong to gangs. Lawyers for several of them say that none of
them was heard by a judge.""",
    ),
    (
        "2025-04-01",
        "Government admits that glazier was deported by mistake",
        """The government admitted in a court filing on Monday that Aurelio Benavent was deported
to Talvera because of an administrative error.

The filing says that officials knew of the 2019 ruling that protected him from removal to Talvera.
It says also that courts cannot order his return because he is no longer in the country's custody.

Colm Sarratt, a lawyer for the family, called the position astonishing.""",
    ),
    (
        "2025-04-05",
        "Judge orders government to bring glazier back by Monday",
        """District Judge Miriam Oakes on Friday ordered the government to bring Aurelio Benavent
back from Talvera no later than Monday at midnight.

"This was an illegal act," Judge Oakes said at a hearing in Port Ellery.

The Justice Department appealed within the hour. The appeals court in Richfield will hear it.""",
    ),
    (
        "2025-04-11",
        "Supreme Court says government must work for glazier's return",
        """The Supreme Court on Thursday told the government to facilitate the release of Aurelio
Benavent from the Monteclaro prison in Talvera.

The justices sent the case back to Judge Miriam Oakes, who is to make clear what she ordered. No
justice dissented.

Pilar Benavent said that she would not rest until her husband was home.""",
    ),
    (
        "2025-04-15",
        "President of Talvera will not return deported glazier",
        """President Ruben Aldana of Talvera said on Monday, sitting beside the president in the
capital, that he would not return Aurelio Benavent. "How could I smuggle him in?" he asked.

The attorney general said that it was up to Talvera whether it wanted to return the glazier.

The administration has said that Mr Benavent is a member of the gang Los Remeros, which his
lawyers deny. He has never been charged with a crime.""",
    ),
    (
        "2025-04-23",
        "Judge says officials act in bad faith in glazier's case",
        """Judge Miriam Oakes wrote on Tuesday that officials had refused in bad faith to answer
questions about what they did to bring back Aurelio Benavent.

She gave them until Wednesday evening to answer. The government has answered nothing that the
court asked so far, she wrote.

Mr Benavent has been moved to a smaller prison in Santa Rufina, Talvera's ambassador told the
senator Helen Voss, who had visited him.""",
    ),
)

# What became known in the summer, for the stories after it.
SUMMER = (
    (
        "2025-06-07",
        "Glazier is back in the country and charged with smuggling",
        """Aurelio Benavent was flown back from Talvera on Friday and charged with smuggling
migrants in Nolan City.

A grand jury had indicted him on two counts; the indictment was unsealed while he was in the air.
Prosecutors say that he drove people without papers across the country more than 100 times.

He was taken to the jail of Nolan City and will be arraigned next Friday.""",
    ),
    (
        "2025-06-23",
        "Magistrate sees no reason to keep glazier in jail",
        """Magistrate Judge Ida Hollis ruled on Sunday that Aurelio Benavent need not be detained
until his trial, because the government had not shown that he would flee.

He stays in jail for now: immigration officers have said that they would take him into custody
the moment he leaves it.""",
    ),
    (
        "2025-07-17",
        "Judge hears whether glazier may leave jail",
        """Judge Harold Lindgren heard arguments in Nolan City on Wednesday about whether Aurelio
Benavent may leave jail before his trial, which is set for January.

An agent testified about a traffic stop of 2022. The judge said that he would rule soon.

In Port Ellery, Judge Miriam Oakes asked the government on Friday what it would do with Mr
Benavent if he were freed, and called the answers as clear as trying to nail jelly to a wall.""",
    ),
)
# What became known until the winter.
AUTUMN = (
    (
        "2025-08-23",
        "Glazier leaves jail after five months",
        """Aurelio Benavent left the jail of Nolan City on Friday and was driven to his family in
Port Ellery, more than five months after he was deported.

His lawyers were told the same evening that the government might deport him to Uganda.""",
    ),
    (
        "2025-08-26",
        "Immigration officers detain glazier again",
        """Immigration officers detained Aurelio Benavent on Monday when he reported to their
office in Port Ellery, three days after he had been freed.

Judge Miriam Oakes forbade the government to remove him from the country while she considers his
petition for habeas corpus.

He is held in a detention centre in Farmdale.""",
    ),
    (
        "2025-11-21",
        "Judge hears an official who knows nothing of Liberia",
        """Judge Miriam Oakes on Thursday heard an official of the immigration service who could
not say what had been done to send Aurelio Benavent to Liberia.

The government has named Uganda, Eswatini, Ghana and Liberia as places where it might send him.
Costa Rica has said that it would take him as a refugee.

The judge said that she would decide on his petition for habeas corpus in December.""",
    ),
)
