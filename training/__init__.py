"""How the weights of the judge are made, and how it does on labelled streams of news.

    corpora.toml ─ streams ─ replay ─► examples ─ fit ─► monitor/novelty/data/weights.json
                              └──────► scoring ─► the figures of MODEL_CARD.md

`make train` writes the shipped weights again, byte for byte, from what is in the repository.
Nothing in `monitor` imports this package; scikit-learn is needed here only, since the product
computes two dot products.
"""
