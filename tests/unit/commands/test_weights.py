"""``python -m explorer weights``: what it prints where, and what it returns."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest
import torch

from explorer.commands import weights
from explorer.core.resources import resource
from explorer.nets import catalog
from explorer.nets.spec import NetSpec
from tests.loopback import Answer, cut, hang, serving, status
from tests.unit.nets.tiny import TINY, entry, trained

Run = Callable[..., int]


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("LAYERWALK_WEIGHTS_MIRROR", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *names, **options: str(tmp_path / "data"))
    return tmp_path / "data" / "weights"


@pytest.fixture
def run(user_folder: Path) -> Run:
    def call(*words: str) -> int:
        parser = argparse.ArgumentParser()
        weights.add_parser(parser.add_subparsers())
        args = parser.parse_args(["weights", *words])
        return int(args.run(args))

    return call


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published" / "tiny-1234.pth"
    path.parent.mkdir()
    torch.save(trained().state_dict(), path)
    return path


@pytest.fixture
def tiny(published: Path, monkeypatch: pytest.MonkeyPatch) -> NetSpec:
    """The only network of the catalog."""
    net = replace(TINY, weights=(entry(published, url_source="GoogLeNet_Weights.IMAGENET1K_V1"),))
    monkeypatch.setattr(catalog, "NETS", (net,))
    return net


def test_the_list_names_all_weights_and_what_is_here(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + sum(len(net.weights) for net in catalog.NETS)
    assert any(line.startswith("googlenet-cifar10 ") and line.endswith("on this machine") for line in lines)
    assert any(line.startswith("vgg16-imagenet1k_v1 ") and "553.4 MB" in line and "71.6 %" in line for line in lines)


def test_the_list_as_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--json") == 0
    rows = {row["name"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["vgg16-imagenet1k_v1"]["state"] == "absent"
    assert rows["googlenet-cifar10"]["state"] == "here"
    assert Path(rows["googlenet-cifar10"]["file"]) == resource("weights", "googlenet-cifar10.safetensors")


def test_the_table_stays_straight_in_korean(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--lang", "ko") == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["가중치", "학습", "데이터", "크기", "top-1", "상태"]
    column = len(head.partition("학습")[0].encode("euc-kr"))  # two bytes where a terminal takes two columns
    assert {row.index("ImageNet") for row in rows if "ImageNet" in row} == {column}


def test_listing_opens_no_connection(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *arguments: pytest.fail("a connection"))
    assert run("list") == 0
    assert run("verify") == 0


@pytest.mark.parametrize("name", ["tiny", "tiny-good"])
def test_fetching(
    run: Run,
    tiny: NetSpec,
    published: Path,
    user_folder: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(published.read_bytes(), cut(1000)) as server:
        monkeypatch.setenv("LAYERWALK_WEIGHTS_MIRROR", server.address)
        assert run("fetch", name, "--json") == 0
    assert (user_folder / published.name).read_bytes() == published.read_bytes()
    shown = capsys.readouterr()
    assert json.loads(shown.out)["state"] == "here"
    assert "(100%)" in shown.err and "\r" not in shown.err


def test_a_failed_fetch_says_why_and_goes_on_with_the_next(
    run: Run,
    tiny: NetSpec,
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(published.read_bytes(), status(404)) as server:
        monkeypatch.setenv("LAYERWALK_WEIGHTS_MIRROR", server.address)
        assert run("fetch", "tiny", "tiny-good", "--json") == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["state"] for line in shown.out.splitlines()] == ["failed", "here"]
    assert "does not give this file (HTTP 404). Try later" in shown.err


def test_interrupting_keeps_what_has_arrived(
    run: Run,
    tiny: NetSpec,
    published: Path,
    user_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    part = user_folder / f"{published.name}.part"

    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    def then_interrupt(answer: Answer) -> None:
        monkeypatch.setattr("explorer.nets.weights.download.pause", interrupt)
        cut(1000)(answer)

    with serving(published.read_bytes(), then_interrupt, hang(0)) as server:
        monkeypatch.setenv("LAYERWALK_WEIGHTS_MIRROR", server.address)
        assert run("fetch", "tiny") == 1
    assert part.stat().st_size == 1000
    assert "goes on from there" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("fetch", "vgg19"), ("fetch", "nin"), ("verify", "vgg19")])
def test_unknown_names_are_wrong_use(run: Run, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("fetch",), ("import",), ("remove",), ("list", "--lang", "fr")])
def test_wrong_use_ends_with_2(run: Run, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_importing_says_what_was_taken_and_what_was_refused(
    run: Run,
    tiny: NetSpec,
    published: Path,
    user_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("import", str(published.parent)) == 0
    assert (user_folder / published.name).is_file()
    assert "taken" in capsys.readouterr().out
    assert run("import", str(published), str(tmp_path / "gone.pth"), "--lang", "ko") == 1
    shown = capsys.readouterr()
    assert "이미 있음" in shown.out and "거절됨" in shown.out
    assert "gone.pth 파일이 없습니다." in shown.err


def test_verifying_reads_the_files_again(
    run: Run, tiny: NetSpec, published: Path, user_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify") == 0  # nothing here, nothing wrong
    assert run("verify", "tiny") == 1  # but it was asked for
    assert "weights fetch tiny-good" in capsys.readouterr().err
    user_folder.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copy2(published, user_folder))
    assert run("verify") == 0
    assert "verified" in capsys.readouterr().out
    before = copy.stat()
    copy.write_bytes(bytes(before.st_size))
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a failing disk would leave it
    assert run("verify") == 1
    shown = capsys.readouterr()
    assert "damaged" in shown.out and "SHA-256 differs. Remove it" in shown.err
    assert run("list") == 0
    assert "damaged" in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_line_is_rewritten_on_a_terminal_only() -> None:
    now = [0.0]
    for out, ends in ((Terminal(), 1), (io.StringIO(), 3)):
        now[0] = 0.0
        with weights._ProgressLine("vgg16", out, lambda: now[0]) as line:
            for done in (0, 250_000_000, 500_000_000):
                now[0] += 10
                line.show(done, 500_000_000)
                line.show(done, 600_000_000)  # too soon after the last
        assert out.getvalue().count("\n") == ends
        assert out.getvalue().count("\r") == (3 if ends == 1 else 0)
        assert "250.0 / 500.0 MB (50%)" in out.getvalue()
        assert "600" not in out.getvalue()


def test_an_unknown_total_is_not_invented() -> None:
    out = io.StringIO()
    with weights._ProgressLine("vgg16", out, iter([0.0, 10.0]).__next__) as line:
        line.show(3_000_000, 0)
    assert out.getvalue() == "vgg16  3.0 MB\n"
