"""The demo: an invented housing institute of 109 units beside real names of secretariats, and two years of letters.

Assembled here because only `config` knows every module. `institution.py` builds the organisation through the verbs,
`lives.py` invents what happened to letters, `correspondence.py` writes two years of them, `letters.py` plays recent
matters with real scanned letters, `scale.py` loads a million. Start reading at `loading.py`.
"""
