"""Downloads against a real server: nothing wrong ever lands in place, and nothing is sent twice."""

from __future__ import annotations

import errno
import hashlib
import io
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer.core.errors import Cancelled, UserError
from explorer.nets.weights import download as module
from explorer.nets.weights.download import Patience, download
from tests.loopback import Answer, Loopback, cut, hang, serving, status, unmeasured, whole

CONTENT = random.Random(1).randbytes(700_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
HURRY = Patience(stall_s=0.3, retries=2, pause_s=0.0)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def get(
    server: Loopback,
    destination: Path,
    size: int = len(CONTENT),
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    sha256: str = SHA256,
) -> None:
    download(f"{server.address}/weights.pth", destination, sha256, size, progress, cancelled, HURRY)


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def refusal(server: Loopback, destination: Path, **options: int) -> UserError:
    with pytest.raises(UserError) as caught:
        get(server, destination, **options)
    return caught.value


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "weights.pth"


def test_a_whole_download_leaves_the_file_and_nothing_else(destination: Path) -> None:
    told: list[tuple[int, int]] = []
    with serving(CONTENT) as server:
        get(server, destination, progress=lambda done, total: told.append((done, total)))
    assert destination.read_bytes() == CONTENT
    assert left_in(destination.parent) == {"weights.pth"}
    assert told[0] == (0, len(CONTENT)) and told[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_is_in_place_is_not_asked_for_again(destination: Path) -> None:
    with serving(CONTENT) as server:
        get(server, destination)
        get(server, destination)
    assert server.asked == [""]


def test_a_damaged_file_in_place_is_replaced(destination: Path) -> None:
    destination.parent.mkdir()
    destination.write_bytes(b"x" * len(CONTENT))
    with serving(CONTENT) as server:
        get(server, destination)
    assert destination.read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), 0])
def test_a_cut_connection_goes_on_where_it_broke_off(destination: Path, size: int) -> None:
    with serving(CONTENT, cut(400_000)) as server:
        get(server, destination, size=size)
    assert destination.read_bytes() == CONTENT
    assert server.asked == ["", "bytes=400000-"]
    assert sum(server.sent) == len(CONTENT)


def test_a_later_call_goes_on_where_an_earlier_one_gave_up(destination: Path) -> None:
    with serving(CONTENT, cut(300_000), cut(0), cut(0), cut(0)) as server:
        assert refusal(server, destination).kind == "download_cut"
        assert left_in(destination.parent) == {"weights.pth.part"}
        get(server, destination)
    assert server.asked[-1] == "bytes=300000-"
    assert sum(server.sent) == len(CONTENT)
    assert destination.read_bytes() == CONTENT


def test_a_whole_part_needs_no_server(destination: Path) -> None:
    destination.parent.mkdir()
    destination.with_name("weights.pth.part").write_bytes(CONTENT)
    with serving(CONTENT) as server:
        get(server, destination)
    assert server.asked == []
    assert destination.read_bytes() == CONTENT


def test_a_whole_part_of_unknown_size_is_recognised_when_the_server_has_no_more(destination: Path) -> None:
    destination.parent.mkdir()
    destination.with_name("weights.pth.part").write_bytes(CONTENT)
    with serving(CONTENT) as server:
        get(server, destination, size=0)
    assert sum(server.sent) == 0
    assert destination.read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), 0])
def test_a_part_longer_than_the_file_starts_over(destination: Path, size: int) -> None:
    destination.parent.mkdir()
    destination.with_name("weights.pth.part").write_bytes(b"x" * (len(CONTENT) + 5))
    with serving(CONTENT) as server:
        get(server, destination, size=size)
    assert server.asked[-1] == ""
    assert destination.read_bytes() == CONTENT


def test_a_server_that_ignores_ranges_sends_from_the_start(destination: Path) -> None:
    with serving(CONTENT, cut(400_000), whole) as server:
        get(server, destination)
    assert server.asked == ["", "bytes=400000-"]
    assert destination.read_bytes() == CONTENT


def test_a_server_that_sends_another_range_starts_over(destination: Path) -> None:
    def elsewhere(answer: Answer) -> None:
        answer.head(206, Content_Length=10, Content_Range=f"bytes 5-14/{len(CONTENT)}")
        answer.body(CONTENT[5:15])

    with serving(CONTENT, cut(400_000), elsewhere) as server:
        get(server, destination)
    assert server.asked[-1] == ""
    assert destination.read_bytes() == CONTENT


def test_an_answer_without_length_is_taken(destination: Path) -> None:
    with serving(CONTENT, unmeasured) as server:
        get(server, destination, size=0)
    assert destination.read_bytes() == CONTENT


def test_a_stalled_connection_is_given_up_and_resumed(destination: Path) -> None:
    with serving(CONTENT, hang(350_000)) as server:
        get(server, destination)
        assert destination.read_bytes() == CONTENT
        assert server.asked == ["", "bytes=350000-"]


def test_a_server_that_never_sends_is_said_to_stall(destination: Path) -> None:
    with serving(CONTENT, hang(0), hang(0), hang(0)) as server:
        assert refusal(server, destination).kind == "download_stalled"
    assert not destination.exists()


def test_a_wrong_hash_throws_away_what_came(destination: Path) -> None:
    with serving(CONTENT[:-1] + b"?") as server:
        assert refusal(server, destination).kind == "download_wrong_file"
    assert left_in(destination.parent) == set()


def test_a_sign_in_page_is_refused_before_it_is_read(destination: Path) -> None:
    with serving(b"<html>please sign in</html>") as server:
        assert refusal(server, destination).kind == "download_wrong_file"
    assert left_in(destination.parent) == set()


def test_endless_data_is_refused(destination: Path) -> None:
    def endless(answer: Answer) -> None:
        answer.head(200)
        while True:
            answer.body(bytes(1_000_000))

    with serving(CONTENT, endless) as server:
        assert refusal(server, destination).kind == "download_wrong_file"
        assert sum(server.sent) < 20_000_000
    assert left_in(destination.parent) == set()


@pytest.mark.parametrize("code", [404, 403, 410])
def test_a_refusal_is_final_and_says_its_number(destination: Path, code: int) -> None:
    with serving(CONTENT, status(code)) as server:
        error = refusal(server, destination)
    assert (error.kind, error.details["status"], len(server.asked)) == ("download_refused", code, 1)
    assert left_in(destination.parent) == set()


def test_a_server_in_trouble_is_asked_again(destination: Path) -> None:
    with serving(CONTENT, status(500), status(503)) as server:
        get(server, destination)
    assert destination.read_bytes() == CONTENT


def test_a_server_that_stays_in_trouble_is_given_up(destination: Path) -> None:
    with serving(CONTENT, *[status(500)] * 9) as server:
        assert refusal(server, destination).kind == "download_failing"
        assert len(server.asked) == 1 + HURRY.retries


def test_nobody_listening_is_being_offline(destination: Path) -> None:
    with serving(CONTENT) as server:
        pass
    assert refusal(server, destination).kind == "download_offline"


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/a", "data:,x", "weights.pth"])
def test_only_web_addresses_are_opened(destination: Path, address: str) -> None:
    with pytest.raises(UserError) as caught:
        download(address, destination, SHA256, 0, lambda done, total: None, lambda: False, HURRY)
    assert caught.value.kind == "download_bad_address"


def test_a_full_disk_is_noticed_before_anything_is_written(destination: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=len(CONTENT) - 1))
    with serving(CONTENT) as server:
        assert refusal(server, destination).kind == "disk_full"
    assert left_in(destination.parent) == set()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EIO, "weights_folder_unwritable")],
)
def test_a_disk_that_fills_up_keeps_the_part(
    destination: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: str
) -> None:
    class Filling(io.FileIO):
        def write(self, data: bytes) -> int:  # type: ignore[override]
            if self.tell() > 200_000:
                raise OSError(number, "no more")
            return super().write(data)

    usual = Path.open

    def opened(path: Path, mode: str = "r", *rest: object) -> object:
        return Filling(path, "w") if path.suffix == ".part" and mode == "wb" else usual(path, mode, *rest)

    with serving(CONTENT, hang(400_000)) as server:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", opened)
            server.released.set()
            assert refusal(server, destination).kind == kind
        assert left_in(destination.parent) == {"weights.pth.part"}
        get(server, destination)
        assert server.asked[-1].startswith("bytes=")
    assert destination.read_bytes() == CONTENT


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with serving(CONTENT) as server:
        assert refusal(server, tmp_path / "file" / "weights.pth").kind == "weights_folder_unwritable"


def test_cancelling_while_nothing_comes_keeps_the_part(destination: Path) -> None:
    calls = iter(range(1000))
    with serving(CONTENT, hang(350_000)) as server:
        with pytest.raises(Cancelled):
            get(server, destination, cancelled=lambda: part_size(destination) > 0 and next(calls) >= 1)
        have = part_size(destination)
        assert 0 < have <= 350_000
        assert left_in(destination.parent) == {"weights.pth.part"}
        get(server, destination)
        assert server.asked[-1] == f"bytes={have}-"
    assert destination.read_bytes() == CONTENT


def part_size(destination: Path) -> int:
    part = destination.with_name(destination.name + ".part")
    return part.stat().st_size if part.exists() else 0


def test_two_threads_share_one_download(destination: Path) -> None:
    with serving(CONTENT, hang(350_000)) as server:
        first = threading.Thread(target=get, args=(server, destination))
        first.start()
        while not server.asked:
            first.join(0.01)
        # The second one reports what is there while it waits; that lets the server go on.
        get(server, destination, progress=lambda done, total: server.released.set())
        first.join()
    assert destination.read_bytes() == CONTENT
    assert sum(server.sent) == len(CONTENT)
    assert left_in(destination.parent) == {"weights.pth"}


CHILD = """
import sys
from pathlib import Path
from explorer.nets.weights.download import download
url, destination, sha256, size = sys.argv[1:]
part = Path(destination + ".part")
def cancelled():
    print(part.stat().st_size if part.exists() else 0, flush=True)
    return False
download(url, Path(destination), sha256, int(size), lambda done, total: None, cancelled)
"""


def child(server: Loopback, destination: Path) -> subprocess.Popen[str]:
    arguments = [f"{server.address}/weights.pth", str(destination), SHA256, str(len(CONTENT))]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, text=True)


def wait_for_bytes(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert any(int(line) > 0 for line in process.stdout)


def test_another_process_waits_for_the_one_that_downloads(destination: Path) -> None:
    with serving(CONTENT, hang(350_000)) as server, child(server, destination) as process:
        wait_for_bytes(process)
        get(server, destination, progress=lambda done, total: server.released.set())
        process.communicate()
    assert process.returncode == 0
    assert destination.read_bytes() == CONTENT
    assert sum(server.sent) == len(CONTENT)


def test_a_killed_process_leaves_a_part_to_resume_and_no_lock(destination: Path) -> None:
    with serving(CONTENT, hang(350_000)) as server:
        with child(server, destination) as process:
            wait_for_bytes(process)
            process.kill()
        have = part_size(destination)
        get(server, destination)
        assert server.asked[-1] == f"bytes={have}-"
    assert destination.read_bytes() == CONTENT
    assert left_in(destination.parent) == {"weights.pth"}


def test_the_pauses_between_attempts_double(destination: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(module, "pause", lambda seconds, cancelled: pauses.append(seconds))
    with serving(CONTENT, *[status(500)] * 3) as server:
        download(server.address, destination, SHA256, 0, lambda done, total: None, lambda: False, Patience(9.0, 3, 0.5))
    assert pauses == [0.5, 1.0, 2.0]
