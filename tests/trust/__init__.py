"""The trust harness: what is promised about faults, attacks and time, tried and counted.

`python -m tests.trust` tries each promise at full length and prints figure beside figure; the tests
beside it try a short form. It stands outside the product: worlds, kills, cuts and pauses are put
together here, and nothing in `monitor` knows of them.
"""
