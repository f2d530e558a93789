"""Every error that the program raises has its two sentences in both languages, and is given what they need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

import explorer
from explorer.core.errors import UserError
from explorer.core.text import LANGUAGES, Translator, catalog, sentence

ADDED_BY_DECODE = {"format", "name"}
"""Details that :func:`explorer.imaging.decode.decode` adds to whatever its parts raise."""


class Raised(NamedTuple):
    """One place where an error is made: its kind and the details that are given there, None where they vary."""

    kind: str
    details: frozenset[str] | None
    place: str


@cache
def modules() -> dict[str, ast.Module]:
    root = Path(explorer.__file__).parent
    return {str(path.relative_to(root)): ast.parse(path.read_text("utf-8")) for path in sorted(root.rglob("*.py"))}


def literals(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def raised() -> Iterator[Raised]:
    """Yield every ``UserError("kind", …)`` of the program, both kinds of ``"a" if … else "b"``."""
    for name, module in modules().items():
        for call in ast.walk(module):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            if not isinstance(call.func, ast.Name) or call.func.id != "UserError":
                continue
            first = call.args[0]
            kinds = [first] if isinstance(first, ast.Constant) else []
            kinds = [first.body, first.orelse] if isinstance(first, ast.IfExp) else kinds
            given = [keyword.arg for keyword in call.keywords]
            details = None if None in given else frozenset(word for word in given if word)
            for kind in kinds:
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                    yield Raised(kind.value, details, f"{name}:{call.lineno}")


def blanks(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", sorted({(error.kind, error.place) for error in raised()}), ids=lambda pair: pair[0])
def test_every_error_that_is_raised_has_cause_and_next_step(language: str, error: tuple[str, str]) -> None:
    kind, place = error
    texts = catalog(language)
    assert texts.get(f"error.{kind}", "").strip(), place
    assert texts.get(f"error.{kind}.hint", "").strip(), place


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_is_given_what_its_sentences_need(language: str) -> None:
    texts = catalog(language)
    lacking = {}
    for error in raised():
        if error.details is None:
            continue
        given = error.details | (ADDED_BY_DECODE if error.place.startswith("imaging/") else frozenset())
        wanted = blanks(texts.get(f"error.{error.kind}", "")) | blanks(texts.get(f"error.{error.kind}.hint", ""))
        if not wanted <= given:
            lacking[error.place] = (error.kind, sorted(wanted - given))
    assert lacking == {}


def test_no_error_text_has_outlived_its_error() -> None:
    said = {literal for module in modules().values() for literal in literals(module)}
    kinds = {key.removeprefix("error.").removesuffix(".hint") for key in catalog("en") if key.startswith("error.")}

    assert sorted(kinds - said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cause_stands_without_a_next_step_or_the_reverse(language: str) -> None:
    errors = {key for key in catalog(language) if key.startswith("error.")}
    causes = {key for key in errors if not key.endswith(".hint")}

    assert {f"{key}.hint" for key in causes} == errors - causes


def test_kinds_that_are_chosen_at_run_time_have_texts_too() -> None:
    """Kinds that lie in tables or come from a function are known by their first word."""
    areas = {name: module for name, module in modules().items() if name.startswith("imaging/")}
    said = {word for module in areas.values() for word in literals(module)}
    kinds = {word for word in said if word.startswith(("picture_", "file_", "url_", "folder_")) and word.isidentifier()}
    assert len(kinds) > 25

    unknown = {kind for kind in kinds for language in LANGUAGES if f"error.{kind}" not in catalog(language)}
    assert sorted(unknown) == []


def test_an_error_is_told_in_the_language_that_was_asked_for() -> None:
    error = UserError("file_missing", name="cat.jpg")

    english, korean = sentence(error, "en"), sentence(error, "ko")
    assert "cat.jpg" in english
    assert "cat.jpg" in korean
    assert english.isascii()
    assert any("가" <= letter <= "힣" for letter in korean)


def test_an_unknown_language_is_english_and_an_unknown_key_is_itself() -> None:
    tr = Translator("tlh")

    assert tr.language == "en"
    assert tr("file.that.nobody.wrote", name="x") == "file.that.nobody.wrote"
    assert tr.error("file_missing", {"name": "{braces}"})[0].count("{braces}") == 1
