"""The append-only, hash-chained log: one entry per verb, on which everything else stands.

May import `lib` only; it names people by number. Start reading at `services.py` (`record`), then
`sealing.py`.
"""
