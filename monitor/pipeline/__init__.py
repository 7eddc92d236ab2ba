"""The pipeline: order of steps, transactions, and turning errors into states.

poll ──T1── ingest (read, match, judge) ──T2── deliver (seal, send) ──T3──
"""
