# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Clustering against the commands FourDSTEMCluster and FourDSTEMTree: the same bits."""

import json
import threading
from pathlib import Path

import itk
import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem

PAPER = {"mode": "paper", "splits": [(0, 2), (2, 2), (1, 3)], "seed": 7}


@pytest.fixture(scope="module")
def told(flake, run, tmp_path_factory):
    """The folder that the command makes of the flake."""
    folder = tmp_path_factory.mktemp("told") / "results"
    run("FourDSTEMCluster", flake, folder)
    return folder


@pytest.fixture(scope="module")
def clusters(flake):
    return fourdstem.cluster(flake)


def same_files(one, other, pattern="*.nrrd"):
    names = sorted(path.name for path in Path(one).glob(pattern))
    assert names == sorted(path.name for path in Path(other).glob(pattern))
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    return names


def test_labels_and_tree_are_the_commands(clusters, told):
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(told / "labels.nrrd")))
    assert labels.max() > 1
    np.testing.assert_array_equal(clusters.labels, labels)
    assert clusters.labels.dtype == np.uint16
    assert clusters.to_json() == (told / "tree.json").read_text()


def test_the_folder_is_the_commands(clusters, told, tmp_path):
    clusters.save(tmp_path / "saved", pictures=False)
    names = same_files(told, tmp_path / "saved")
    assert {"labels.nrrd", "levels.nrrd", "patterns.nrrd", "labels.seg.nrrd", "patterns.seq.nrrd"} <= set(names)
    same_files(told, tmp_path / "saved", "tree.json")
    assert same_files(told, tmp_path / "saved", "*.ctbl") == ["labels.ctbl"]
    commands, ours = (json.loads((folder / "run.json").read_text()) for folder in (told, tmp_path / "saved"))
    for key in ("program", "version", "input", "automatic", "warnings", "results"):
        assert ours[key] == commands[key], key
    assert {name for name, value in ours["parameters"].items() if value != commands["parameters"][name]} == {
        "outputFolder"
    }


def test_paper_mode_is_the_commands(flake, run, tmp_path):
    run("FourDSTEMCluster", flake, tmp_path / "told", "--mode", "paper", "--splits", "0:2,2:2,1:3", "--seed", 7)
    fourdstem.cluster(flake, **PAPER).save(tmp_path / "saved", pictures=False)
    same_files(tmp_path / "told", tmp_path / "saved")
    same_files(tmp_path / "told", tmp_path / "saved", "tree.json")


def test_arrays_and_images_give_the_same(clusters, flake):
    values = np.load(flake)
    for scan in (values, itk.image_from_array(values), sitk.GetImageFromArray(values, isVector=False)):
        other = fourdstem.cluster(scan)
        labels = other.labels
        if isinstance(labels, sitk.Image):
            labels = sitk.GetArrayFromImage(labels)
        elif not isinstance(labels, np.ndarray):
            labels = itk.array_from_image(labels)
        np.testing.assert_array_equal(labels, clusters.labels)
        assert other.to_json() == clusters.to_json()


def test_a_scan_in_memory_can_be_saved_and_shown(flake, run, tmp_path):
    fourdstem.cluster(np.load(flake)).save(tmp_path / "saved", pictures=False)
    assert "node 0" in run("FourDSTEMTree", tmp_path / "saved")
    again = fourdstem.load(tmp_path / "saved")
    with pytest.raises(fourdstem.FileError):
        again.split(0, 2)


def test_load_reads_what_the_command_wrote(told, clusters):
    loaded = fourdstem.load(told)
    np.testing.assert_array_equal(loaded.labels, clusters.labels)
    np.testing.assert_array_equal(loaded.patterns, clusters.patterns)
    for name in ("confidence", "origins", "dark_field", "feature_mask", "statistics"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(clusters, name))
    assert loaded.to_json() == clusters.to_json()
    assert loaded.colors == clusters.colors
    assert loaded.statistics.components[0] == "mean"


def test_saved_and_loaded_is_the_same(clusters, tmp_path):
    clusters.save(tmp_path / "one", pictures=False)
    fourdstem.load(tmp_path / "one").save(tmp_path / "two", pictures=False)
    same_files(tmp_path / "one", tmp_path / "two")


def test_the_tree(clusters):
    nodes = clusters.nodes
    assert nodes[0]["parent"] is None
    assert nodes[0]["size"] == 24 * 28
    for label, leaf in enumerate(clusters.leaves, 1):
        assert np.count_nonzero(clusters.labels == label) == nodes[leaf]["size"]
    assert clusters.patterns.shape == (len(nodes), 48, 48)
    graph = clusters.to_networkx()
    assert graph.number_of_edges() == len(nodes) - 1
    assert sorted(node for node in graph if graph.out_degree(node) == 0) == sorted(clusters.leaves)
    assert graph.nodes[0]["size"] == 24 * 28


@pytest.mark.parametrize(
    "edit, words",
    [
        (lambda c: c.cut(level=1), ["--cut-level", 1]),
        (lambda c: c.cut(1), ["--cut-level", 1]),
        (lambda c: c.cut(leaves=2), ["--cut-leaves", 2]),
        (lambda c: c.merge(*c.leaves[:2]), None),
        (lambda c: c.prune(0), ["--prune", 0]),
        (lambda c: c.split(0, 2), ["--split", "0:2"]),
    ],
    ids=["level", "level by place", "leaves", "merge", "prune", "split"],
)
def test_edits_are_the_commands(clusters, told, run, tmp_path, edit, words):
    before = clusters.to_json()
    if words is None:
        words = ["--merge", ",".join(map(str, clusters.leaves[:2]))]
    run("FourDSTEMTree", told, *words, "--output", tmp_path / "told")
    edited = edit(clusters)
    assert edited.to_json() == (tmp_path / "told" / "tree.json").read_text()
    np.testing.assert_array_equal(
        edited.labels, sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "told" / "labels.nrrd")))
    )
    np.testing.assert_array_equal(
        edited.patterns, sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "told" / "patterns.nrrd")))
    )
    assert clusters.to_json() == before
    # And the same from the folder, with the same colours after another round.
    assert edit(fourdstem.load(told)).to_json() == edited.to_json()
    edited.save(tmp_path / "saved", pictures=False)
    assert fourdstem.load(tmp_path / "saved").colors == fourdstem.load(tmp_path / "told").colors


def test_edits_that_cannot_be(clusters):
    for call in (
        lambda: clusters.cut(),
        lambda: clusters.cut(1, leaves=2),
        lambda: clusters.cut(level=-1),
        lambda: clusters.merge(clusters.leaves[0]),
        lambda: clusters.merge(0, clusters.leaves[0]),
        lambda: clusters.prune(1000),
        lambda: clusters.split(1000, 2),
        lambda: clusters.split(0, 1),
        lambda: clusters.labels_at(-1),
    ):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(TypeError):
        clusters.cut(level="one")


def test_levels(clusters, told):
    levels = sitk.ReadImage(str(told / "levels.nrrd"))
    names = levels.GetMetaData("FourDSTEM_ComponentNames").split(",")
    values = sitk.GetArrayFromImage(levels)
    values = values if values.ndim == 3 else values[..., np.newaxis]
    for component, name in enumerate(names):
        np.testing.assert_array_equal(clusters.labels_at(int(name.split()[1])), values[..., component])


def test_masked_positions(flake):
    mask = np.ones((24, 28), np.uint8)
    mask[:3] = 0
    found = fourdstem.cluster(flake, mask=mask)
    assert not np.any(found.labels[:3])
    assert np.all(found.labels[3:])
    assert np.isnan(found.dark_field[:3]).all()
    assert found.record["parameters"]["mask"] == "given in memory"


def test_errors_have_the_commands_text(flake, run, tmp_path):
    for options, words in (
        ({"seed": 3}, ["--seed", 3]),
        ({"inner_radius": 30, "outer_radius": 20}, ["--inner-radius", 30, "--outer-radius", 20]),
        ({"mode": "magic"}, ["--mode", "magic"]),
        ({"memory_limit": "1kB"}, ["--memory-limit", "1kB"]),
    ):
        with pytest.raises(AssertionError) as commands:
            run("FourDSTEMCluster", flake, tmp_path / "out", *words)
        with pytest.raises(ValueError) as ours:
            fourdstem.cluster(flake, **options)
        assert str(ours.value) in str(commands.value)
    with pytest.raises(RuntimeError, match="no position"):
        fourdstem.cluster(np.full((4, 4, 16, 16), np.nan, np.float32))


def test_folders_are_not_overwritten_by_accident(clusters, tmp_path):
    clusters.save(tmp_path / "saved", pictures=False)
    with pytest.raises(fourdstem.FileError, match="exists"):
        clusters.save(tmp_path / "saved", pictures=False)
    (tmp_path / "saved" / "note.txt").write_text("mine")
    clusters.save(tmp_path / "saved", overwrite=True, pictures=False)
    assert (tmp_path / "saved" / "note.txt").read_text() == "mine"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("mine")
    with pytest.raises(fourdstem.FileError, match="left alone"):
        clusters.save(tmp_path / "other", overwrite=True, pictures=False)
    with pytest.raises(fourdstem.FileError):
        clusters.save(tmp_path / "no" / "folder", pictures=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "saved"]


def test_load_refuses_what_is_no_result(told, tmp_path):
    with pytest.raises(fourdstem.FileError, match="gone"):
        fourdstem.load(tmp_path / "gone")
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in told.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    (broken / "tree.json").write_text("{")
    with pytest.raises(fourdstem.FileError):
        fourdstem.load(broken)


def test_pictures(clusters, tmp_path):
    clusters.save(tmp_path / "saved")
    names = {path.name for path in (tmp_path / "saved").iterdir()}
    assert {"map.png", "levels.png", "tree.png", "differences.png", "index.html"} <= names
    page = (tmp_path / "saved" / "index.html").read_text()
    assert all(name in page for name in ("map.png", "tree.png", "Leaves", "run.json"))
    axes = clusters.plot()
    colors = axes.images[0].get_array()
    assert colors.shape == (24, 28, 3)
    # Positions of one leaf differ in lightness alone; leaves differ in hue.
    assert axes.images[0].get_extent()[1] == pytest.approx((28 - 0.5) * axes.images[0].get_extent()[0] * -2)
    assert clusters.plot(level=0).texts
    assert clusters.colors[0].startswith("#")


def test_notebooks(clusters):
    html = clusters._repr_html_()
    assert html.count("<tr>") == len(clusters.leaves) + 1
    assert "leaves" in repr(clusters)


def test_two_threads_at_once(clusters, flake):
    found = [None, None]

    def work(i):
        found[i] = fourdstem.cluster(flake, threads=1 + i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found:
        assert one.to_json() == clusters.to_json()
        np.testing.assert_array_equal(one.labels, clusters.labels)
