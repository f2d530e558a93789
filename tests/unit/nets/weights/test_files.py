"""Weights from a person's own file: what is taken, and that everything else ends in a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from explorer.core.resources import resource
from explorer.core.text import LANGUAGES, Translator
from explorer.nets.classes import class_names
from explorer.nets.spec import Preprocess
from explorer.nets.weights import loading as weights
from explorer.nets.weights.loading import LoadedNet
from explorer.nets.weights.metadata import FileFacts, facts_as_metadata
from tests.unit.nets.tiny import PLAIN, SMALL, TINY, Plain, Tiny, opener, refusal, trained

State = dict[str, Tensor]
Open = Callable[..., LoadedNet]


@pytest.fixture
def open_file(tmp_path: Path) -> Open:
    return opener(tmp_path)


@pytest.fixture
def state() -> State:
    return dict(trained().state_dict())


def same(module: nn.Module, state: State) -> bool:
    return all(torch.equal(module.state_dict()[key], tensor) for key, tensor in state.items())


def save_new(state: object, path: Path) -> None:
    torch.save(state, path)


def save_old(state: object, path: Path) -> None:
    torch.save(state, path, _use_new_zipfile_serialization=False)


@pytest.mark.parametrize(
    ("suffix", "save"), [(".pth", save_new), (".pt", save_new), (".pth", save_old), (".safetensors", save_file)]
)
def test_every_format_gives_the_same_network(
    tmp_path: Path, open_file: Open, state: State, suffix: str, save: Callable[[object, Path], None]
) -> None:
    path = tmp_path / f"mine{suffix}"
    save(state, path)
    loaded = open_file(path)
    assert same(loaded.module, state)
    assert not loaded.module.training
    picture = torch.rand(2, 3, 8, 8)
    torch.testing.assert_close(loaded.module(picture)["aux1"], trained()(picture)["aux1"])
    assert (loaded.weights.name, loaded.weights.trained, loaded.trained_heads) == (str(path), True, ("main", "aux1"))
    assert loaded.preprocess == SMALL


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model"])
def test_checkpoints_of_training_programs_are_unwrapped(
    tmp_path: Path, open_file: Open, state: State, wrapper: str
) -> None:
    prefixed = {f"module.{key}": tensor for key, tensor in state.items()}
    torch.save({wrapper: prefixed, "epoch": 3, "optimizer": {"lr": 0.1}}, tmp_path / "mine.pth")
    assert same(open_file(tmp_path / "mine.pth").module, state)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(tmp_path: Path, open_file: Open, state: State, dtype: torch.dtype) -> None:
    numbers = {key: tensor.to(dtype) for key, tensor in state.items() if tensor.is_floating_point()}
    save_file(numbers, tmp_path / "mine.safetensors")  # and without num_batches_tracked
    loaded = open_file(tmp_path / "mine.safetensors")
    assert same(loaded.module, {key: tensor.float() for key, tensor in numbers.items()})
    assert loaded.module.bn.num_batches_tracked == 0


def test_the_network_does_not_need_the_file_any_more(tmp_path: Path, open_file: Open, state: State) -> None:
    path = tmp_path / "mine.safetensors"
    save_file(state, path)
    loaded = open_file(path)
    path.write_bytes(bytes(path.stat().st_size))
    assert same(loaded.module, state)


def test_a_missing_auxiliary_head_is_seeded_and_untrained(tmp_path: Path, open_file: Open, state: State) -> None:
    main = {key: tensor for key, tensor in state.items() if not key.startswith("aux1.")}
    torch.save(main, tmp_path / "mine.pth")
    first, second = open_file(tmp_path / "mine.pth"), open_file(tmp_path / "mine.pth")
    assert first.trained_heads == ("main",)
    assert same(first.module, main)
    assert same(first.module, dict(second.module.state_dict()))
    assert first.module(torch.rand(1, 3, 8, 8))["aux1"].isfinite().all()


@pytest.mark.parametrize(
    ("module", "net", "heads"),
    [
        (trained(), TINY, ("main", "aux1")),
        (trained(heads=("main",)), TINY, ("main",)),  # as torchvision's GoogLeNet
        (Tiny(10), TINY, ()),  # as torch makes it
        (trained(heads=("main",), build=Plain), PLAIN, ("main",)),
    ],
)
def test_only_heads_that_were_trained_count(
    tmp_path: Path, open_file: Open, module: nn.Module, net: object, heads: tuple[str, ...]
) -> None:
    torch.save(module.state_dict(), tmp_path / "mine.pth")
    loaded = open_file(tmp_path / "mine.pth", net)
    assert loaded.trained_heads == heads
    assert loaded.weights.trained == bool(heads)


def test_without_batch_norm_zero_biases_show_that_nothing_was_learned(tmp_path: Path, open_file: Open) -> None:
    module = Plain(10)
    nn.init.zeros_(module.conv.bias)
    nn.init.zeros_(module.fc.bias)
    torch.save(module.state_dict(), tmp_path / "mine.pth")
    assert open_file(tmp_path / "mine.pth", PLAIN).trained_heads == ()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 1000])
def test_the_last_layer_says_how_many_classes_there_are(tmp_path: Path, open_file: Open, count: int) -> None:
    torch.save(trained(count).state_dict(), tmp_path / "mine.pth")
    classes = open_file(tmp_path / "mine.pth").classes
    expected = class_names("imagenet") if count == 1000 else tuple(f"class {number}" for number in range(count))
    assert classes == expected


def test_what_a_file_says_of_itself_is_believed(tmp_path: Path, open_file: Open) -> None:
    facts = FileFacts(("ant", "bee"), "Insects", Preprocess(64, 0.9, 32, "bicubic"), {"main": 81.5, "aux1": 70.0})
    save_file(trained(2).state_dict(), tmp_path / "mine.safetensors", facts_as_metadata(facts))
    loaded = open_file(tmp_path / "mine.safetensors")
    assert loaded.classes == ("ant", "bee")
    assert loaded.preprocess == Preprocess(64, 0.9, 32, "bicubic")
    assert loaded.weights.dataset == "Insects"
    assert loaded.weights.accuracy == {"main": 81.5, "aux1": 70.0}


def test_a_plain_dataset_name_gives_its_classes(tmp_path: Path, open_file: Open, state: State) -> None:
    save_file(state, tmp_path / "mine.safetensors", {"dataset": "CIFAR-10"})
    assert open_file(tmp_path / "mine.safetensors").classes == class_names("cifar10")


def test_what_cannot_be_is_not_believed(tmp_path: Path, open_file: Open) -> None:
    said = {
        "classes": json.dumps(["only one"]),
        "dataset": "x" * 5000,
        "preprocess": json.dumps({"size": 10**9}),
        "accuracy": json.dumps({"main": 400, "aux1": -1, "other": 3}),
    }
    save_file(trained(2).state_dict(), tmp_path / "mine.safetensors", said)
    loaded = open_file(tmp_path / "mine.safetensors")
    assert loaded.classes == ("class 0", "class 1")
    assert (loaded.preprocess, loaded.weights.dataset, loaded.weights.accuracy) == (SMALL, "", {})


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[" * 100_000,
        json.dumps({"size": 64, "std": [0.0, 1.0, 1.0]}),
        json.dumps({"size": 64, "mean": [0.0]}),
        json.dumps({"size": 64, "crop_fraction": 0}),
        json.dumps({"size": 64, "filter": "nearest"}),
        json.dumps({"size": -1}),
    ],
)
def test_a_preprocessing_that_makes_no_sense_is_not_used(
    tmp_path: Path, open_file: Open, state: State, said: str
) -> None:
    save_file(state, tmp_path / "mine.safetensors", {"preprocess": said})
    assert open_file(tmp_path / "mine.safetensors").preprocess == SMALL


def test_a_missing_key_is_named(tmp_path: Path, open_file: Open, state: State) -> None:
    state["convolution.weight"] = state.pop("conv.weight")
    torch.save(state, tmp_path / "mine.pth")
    error = refusal(lambda: open_file(tmp_path / "mine.pth"))
    assert (error.kind, error.details["key"]) == ("weights_key_missing", "conv.weight")


def test_half_an_auxiliary_head_is_refused(tmp_path: Path, open_file: Open, state: State) -> None:
    del state["aux1.fc.bias"]
    torch.save(state, tmp_path / "mine.pth")
    error = refusal(lambda: open_file(tmp_path / "mine.pth"))
    assert (error.kind, error.details["key"]) == ("weights_key_missing", "aux1.fc.bias")


def test_a_key_too_many_is_named(tmp_path: Path, open_file: Open, state: State) -> None:
    torch.save({**state, "extra.bias": torch.zeros(2)}, tmp_path / "mine.pth")
    error = refusal(lambda: open_file(tmp_path / "mine.pth"))
    assert (error.kind, error.details["key"]) == ("weights_key_extra", "extra.bias")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("key", ["conv.weight", "fc.weight", "aux1.fc.weight"])
def test_a_wrong_shape_is_named_with_both_sizes(
    tmp_path: Path, open_file: Open, state: State, key: str, suffix: str
) -> None:
    wanted = "×".join(map(str, state[key].shape))
    state[key] = torch.zeros(10, 3, 5)
    path = tmp_path / f"mine{suffix}"
    if suffix == ".pth":
        torch.save(state, path)
    else:
        save_file(state, path)
    error = refusal(lambda: open_file(path))
    assert error.kind == "weights_shape"
    assert error.details["key"] == key
    assert error.details["found"] == "10×3×5"
    if not key.startswith("fc"):  # the last layer's first number is the number of classes, whatever it is
        assert error.details["wanted"] == wanted


def test_weights_of_another_network_are_refused(tmp_path: Path, open_file: Open) -> None:
    torch.save(trained(heads=("main",), build=Plain).state_dict(), tmp_path / "mine.pth")
    assert refusal(lambda: open_file(tmp_path / "mine.pth")).kind == "weights_key_missing"


def test_whole_numbers_are_no_weights(tmp_path: Path, open_file: Open, state: State) -> None:
    save_file({**state, "fc.bias": torch.zeros(10, dtype=torch.int8)}, tmp_path / "mine.safetensors")
    error = refusal(lambda: open_file(tmp_path / "mine.safetensors"))
    assert (error.kind, error.details["found"]) == ("weights_dtype", "int8")


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(tmp_path: Path, open_file: Open, state: State, number: float) -> None:
    state["aux1.fc.bias"][3] = number
    torch.save(state, tmp_path / "mine.pth")
    error = refusal(lambda: open_file(tmp_path / "mine.pth"))
    assert (error.kind, error.details["key"]) == ("weights_not_finite", "aux1.fc.bias")


def test_neither_a_name_nor_a_file(open_file: Open) -> None:
    error = refusal(lambda: open_file("imagenet2k"))
    assert error.kind == "weights_neither"
    assert "untrained" in str(error.details["known"])


def test_a_file_that_is_not_there(tmp_path: Path, open_file: Open) -> None:
    assert refusal(lambda: open_file(tmp_path / "gone.pth")).kind == "weights_file_missing"


def test_a_folder_is_no_file(tmp_path: Path, open_file: Open) -> None:
    assert refusal(lambda: open_file(tmp_path)).kind == "weights_file_missing"


def test_a_home_folder_is_found(tmp_path: Path, open_file: Open, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    torch.save(state, tmp_path / "mine.pth")
    assert same(open_file("~/mine.pth").module, state)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_these_files_has_both_sentences(language: str) -> None:
    sources = sorted(Path(weights.__file__).parent.glob("*.py"))
    kinds = {kind for path in sources for kind in re.findall(r'(?:UserError|_Interrupted)\("(\w+)"', path.read_text())}
    assert len(kinds) > 20
    text = Translator(language)
    assert [kind for kind in sorted(kinds) if not (text.has(f"error.{kind}") and text.has(f"error.{kind}.hint"))] == []


def test_both_languages_fill_in_the_same_values() -> None:
    english, korean = (
        json.loads(resource("i18n", language, "weights.json").read_text("utf-8")) for language in LANGUAGES
    )
    placeholders = re.compile(r"{(\w+)}")
    assert english.keys() == korean.keys()
    for key, text in english.items():
        assert set(placeholders.findall(text)) == set(placeholders.findall(korean[key])), key


def test_the_networks_own_preprocessing_is_used_where_a_file_says_none(
    tmp_path: Path, open_file: Open, state: State
) -> None:
    torch.save(state, tmp_path / "mine.pth")
    net = replace(TINY, default_preprocess=Preprocess(size=16))
    assert open_file(tmp_path / "mine.pth", net).preprocess == Preprocess(size=16)
