"""Kinds of labels: what ``fig-violin`` names, by the letters before its first hyphen."""

KINDS = {
    "fig": "Figure", "tbl": "Table", "lst": "Listing", "eq": "Equation", "sec": "Section",
    "thm": "Theorem", "lem": "Lemma", "cor": "Corollary", "prp": "Proposition",
    "cnj": "Conjecture", "def": "Definition", "exm": "Example", "exr": "Exercise",
    "rem": "Remark", "sol": "Solution", "alg": "Algorithm",
    "nte": "Note", "tip": "Tip", "wrn": "Warning", "imp": "Important", "cau": "Caution",
}  # fmt: skip
"""Letters before the hyphen -> the English word for it."""
