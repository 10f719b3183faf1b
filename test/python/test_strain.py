# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Strain against the command FourDSTEMStrain, the same bits, and against a simulated ramp."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem


@pytest.fixture(scope="module")
def ramp(run, tmp_path_factory):
    """A crystal stretched along x from 0 in the first column to 3 % in the last, 16 columns, 64 x 64 pixels."""
    folder = tmp_path_factory.mktemp("ramp") / "scan"
    run(
        "FourDSTEMPhantom", folder, "--kind", "ramp", "--scan-shape", "6x16", "--detector-shape", "64x64", "--dose", 200
    )
    return next(folder.glob("*.npy"))


@pytest.fixture(scope="module")
def found(ramp):
    return fourdstem.strain(ramp, reference_region=(0, 0, 6, 1))


def test_the_ramp(found):
    e_xx = np.asarray(found.component("e_xx"))
    truth = 0.03 * np.arange(16) / 15
    np.testing.assert_allclose(np.nanmedian(e_xx, axis=0), truth, atol=3e-3)
    assert found.mask.all()
    assert found.component("e_xx").unit == "px"


def test_the_folder_is_the_commands(ramp, found, run, tmp_path):
    run("FourDSTEMStrain", ramp, tmp_path / "told", "--reference-region", "0,0,6,1")
    found.save(tmp_path / "saved", pictures=False)
    names = sorted(path.name for path in (tmp_path / "told").glob("*.nrrd"))
    assert names == ["disks.nrrd", "lattice.nrrd", "mask.nrrd", "origin.nrrd", "strain.nrrd"]
    for name in names:
        assert (tmp_path / "told" / name).read_bytes() == (tmp_path / "saved" / name).read_bytes(), name
    commands, ours = (json.loads((tmp_path / name / "run.json").read_text()) for name in ("told", "saved"))
    for key in ("program", "version", "input", "automatic", "warnings", "results"):
        assert ours[key] == commands[key], key
    found.save(tmp_path / "shown")
    assert {path.name for path in (tmp_path / "shown").iterdir()} == {path.name for path in (tmp_path / "told").iterdir()}
    pages = [(tmp_path / name / "index.html").read_text() for name in ("told", "shown")]
    told, shown = (re.findall("<h2>.*?</h2>|<img[^>]*>", page) for page in pages)
    assert told == shown
    loaded = fourdstem.load(tmp_path / "told")
    np.testing.assert_array_equal(loaded.maps, found.maps)
    assert loaded.component_names == found.component_names
    assert loaded.reference == found.reference
    loaded.save(tmp_path / "again", pictures=False)
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "saved" / name).read_bytes(), name


def test_labels_and_images(ramp):
    values = np.load(ramp)
    labels = np.ones(values.shape[:2], np.uint16)
    labels[:, 8:] = 2
    one = fourdstem.strain(sitk.GetImageFromArray(values, isVector=False), labels=labels, reference_label=1)
    assert isinstance(one.maps, sitk.Image)
    other = fourdstem.strain(values, labels=labels, reference_label=1)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(one.maps), other.maps)
    with pytest.raises(ValueError, match="whole numbers"):
        fourdstem.strain(values, labels=labels - 0.5)
    with pytest.raises(ValueError, match="labels"):
        fourdstem.strain(values, reference_label=1)


def test_what_cannot_be(ramp):
    with pytest.raises(RuntimeError):
        fourdstem.strain(np.ones((4, 4, 32, 32), np.float32))
    with pytest.raises(TypeError, match="did you mean"):
        fourdstem.strain(ramp, latice=(1, 0, 0, 1))
    with pytest.raises(ValueError, match="lattice"):
        fourdstem.strain(ramp, lattice=(1, 0, 2, 0))


def test_shown(found, tmp_path):
    figure = found.plot()
    assert [ax.get_title() for ax in figure.axes[:4]] == ["e_xx", "e_yy", "e_xy", "rotation"]
    found.save(tmp_path / "saved")
    assert {"strain.png", "errors.png"} <= {path.name for path in Path(tmp_path / "saved").iterdir()}
    assert "positions with a lattice" in repr(found)
    assert "e_xx" in found._repr_html_()
    with pytest.raises(KeyError, match="e_xx"):
        found.component("e_zz")


def test_what_is_known_of_crystal_and_camera(ramp):
    """WS2 that is not distorted, in the first column not strained either."""
    found = fourdstem.strain(ramp, reference_region=(0, 0, 6, 1), known_lattice=(0.3153, 0.3153, 120), ellipse="measure")
    results = found.record["results"]
    assert results["pixelSize"]["unit"] == "1/nm"
    assert 0 < results["pixelSize"]["error"] < 0.01 * results["pixelSize"]["value"]
    assert abs(results["ellipse"]["ratio"] - 1) < 5 * results["ellipse"]["ratioError"]
    given = fourdstem.strain(ramp, ellipse=(1.02, 30), threads=1)
    assert given.record["results"]["ellipse"]["angle"] == pytest.approx(30)
    with pytest.raises(ValueError, match="RATIO,ANGLE"):
        fourdstem.strain(ramp, ellipse="round")
