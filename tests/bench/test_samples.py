import pathlib

import numpy as np
import pytest
from sample_feeds import Feeds  # type: ignore[import-not-found]


@pytest.fixture
def archive(tmp_path: pathlib.Path) -> pathlib.Path:
    file = tmp_path / "samples.npz"
    image = np.arange(24, dtype=np.float32).reshape(4, 2, 3)
    np.savez(file, image=image, ids=np.arange(4, dtype=np.int64), label=np.arange(4))
    return file


def test_each_sample_is_a_row_of_every_array_but_the_labels(archive):
    feeds = list(Feeds(archive, 3))
    assert [sorted(feed) for feed in feeds] == [["ids", "image"]] * 3
    assert feeds[1]["image"].shape == (1, 2, 3)
    assert feeds[1]["image"].ravel().tolist() == [6, 7, 8, 9, 10, 11]
    assert feeds[2]["ids"].tolist() == [2]
    assert feeds[2]["ids"].dtype == np.int64


def test_the_samples_can_be_gone_through_again(archive):
    feeds = Feeds(archive, 2)
    first, second = ([feed["ids"].item() for feed in feeds] for _ in range(2))
    assert first == second == [0, 1]
    assert len(feeds) == 2


def test_compressed_archives_are_read_too(tmp_path):
    file = tmp_path / "small.npz"
    np.savez_compressed(file, x=np.arange(6.0).reshape(3, 2))
    assert [feed["x"].tolist() for feed in Feeds(file, 3)] == [[[0, 1]], [[2, 3]], [[4, 5]]]


def test_a_folder_gives_one_file_a_sample_scalars_included(tmp_path):
    for number in (1, 0):
        np.savez(tmp_path / f"{number}.npz", state=np.full((2, 1), number), rate=np.array(16000))
    feeds = list(Feeds(tmp_path, 2))
    assert [feed["state"].ravel().tolist() for feed in feeds] == [[0, 0], [1, 1]]
    assert feeds[0]["rate"].shape == ()


def test_too_few_samples_are_refused_before_anything_runs(archive):
    with pytest.raises(SystemExit, match=r"5 samples asked for, but .* has 4"):
        Feeds(archive, 5)


def test_arrays_in_column_order_are_refused(tmp_path):
    file = tmp_path / "columns.npz"
    np.savez(file, x=np.asfortranarray(np.ones((3, 2))))
    with pytest.raises(SystemExit, match="row order"):
        Feeds(file, 1)
