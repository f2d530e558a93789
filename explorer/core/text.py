"""Every text that a person reads, by key, in English and Korean.

The texts lie in ``resources/i18n/<language>/<area>.json``, one flat object a file: key to sentence with ``{name}``
placeholders. Errors have two sentences: ``error.<kind>`` (the cause) and ``error.<kind>.hint`` (the next step).
"""

from __future__ import annotations

from functools import cache

import msgspec

from explorer.core.errors import UserError
from explorer.core.resources import resource

LANGUAGES = ("en", "ko")


@cache
def catalog(language: str) -> dict[str, str]:
    """Return all texts of a language, key to sentence."""
    texts: dict[str, str] = {}
    for path in sorted(resource("i18n", language).glob("*.json")):
        texts.update(msgspec.json.decode(path.read_bytes(), type=dict[str, str]))
    return texts


class Translator:
    """Looks texts up in one language, which may be changed while the program runs."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its placeholders filled; a key without a text is returned as it is."""
        text = catalog(self.language).get(key) or catalog("en").get(key)
        return key if text is None else text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in catalog(self.language)

    def error(self, kind: str, details: dict[str, str | int | float]) -> tuple[str, str]:
        """Return the sentence that says what went wrong and the one that says what to do next."""
        return self(f"error.{kind}", **details), self(f"error.{kind}.hint", **details)


def sentence(error: UserError, language: str = "en") -> str:
    """Return cause and next step of an error as one line."""
    return " ".join(Translator(language).error(error.kind, error.details)).strip()
