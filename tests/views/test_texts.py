"""Every text of the window exists in both languages, with the same blanks to fill."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest

import explorer.views
from explorer.core.resources import resource
from explorer.core.text import LANGUAGES, catalog
from explorer.views.actions import ACTIONS
from explorer.views.gan.keys import GAN_ACTIONS

AREAS = sorted(path.name for path in resource("i18n", "en").glob("*.json"))


def texts(language: str, area: str) -> dict[str, str]:
    return dict(json.loads(resource("i18n", language, area).read_text("utf-8")))


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_texts_and_blanks(area: str) -> None:
    english, korean = texts("en", area), texts("ko", area)
    assert set(english) == set(korean)
    assert [key for key in english if blanks(english[key]) != blanks(korean[key])] == []
    assert all(text.strip() for text in (*english.values(), *korean.values()))


def test_no_text_is_in_two_files() -> None:
    keys = [key for area in AREAS for key in texts("en", area)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_the_views_ask_for_exists(language: str) -> None:
    known = catalog(language)
    asked = set()
    for path in Path(explorer.views.__file__).parent.rglob("*.py"):
        asked |= set(re.findall(r"""\btr\(\s*"([a-z0-9_.A-Z]+)\"""", path.read_text("utf-8")))
    specs = (*ACTIONS, *GAN_ACTIONS)
    asked |= {spec.text_key for spec in specs if not spec.id.startswith("recall_")}
    asked |= {f"keys.group.{spec.group}" for spec in specs}
    assert len(asked) > 60
    assert sorted(asked - set(known)) == []


def test_korean_texts_are_korean() -> None:
    # A label of the window has Hangul in it; GAN is what Korean lecturers say too.
    latin = [key for key, text in texts("ko", "chrome.json").items() if not re.search("[가-힣]", text)]
    assert latin == ["top.workspace.gan"]
