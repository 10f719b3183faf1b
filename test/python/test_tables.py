# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Features of any origin: clustering, reduction, neighbour noise; masks of features."""

import itk
import numpy as np
import pytest
import SimpleITK as sitk

import fourdstem


@pytest.fixture(scope="module")
def halves():
    """(features, labels): two halves that differ by ten noises in two of three features."""
    labels = np.ones((20, 24), np.uint16)
    labels[:, 12:] = 2
    values = np.random.default_rng(3).normal(size=(20, 24, 3))
    values[..., :2] += 10 * (labels == 2)[..., np.newaxis]
    return values.astype(np.float32), labels


def same_partition(one, other):
    pairs = set(zip(np.ravel(one).tolist(), np.ravel(other).tolist()))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_divide_finds_the_halves(halves):
    values, labels = halves
    found = fourdstem.divide(values)
    assert same_partition(found.labels, labels)
    assert len(found.nodes) == 3
    np.testing.assert_allclose(found.nodes[0]["centroid"], values.mean(axis=(0, 1)), rtol=1e-4)
    assert np.all(found.confidence > 0.5)
    assert len(found.cut(leaves=1).nodes) == 1
    assert found.plot().images
    for call in (lambda: found.save("nowhere"), lambda: found.split(0, 2)):
        with pytest.raises(ValueError, match="without a scan"):
            call()


def test_divide_says_how_sure_it_is(halves):
    values, labels = halves
    found = fourdstem.divide(values, membership=True, stability=5, minimum_area=3, components=True)
    assert same_partition(found.labels, labels)
    assert found.membership.shape == (20, 24, 2)
    assert found.membership.components == ("label 1", "label 2")
    np.testing.assert_allclose(np.sum(found.membership, axis=2), 1, rtol=1e-6)
    assert np.min(found.membership_summary.component("maximum")) > 0.99
    assert found.nodes[0]["stability"] > 0.95
    assert found.cut(leaves=1).membership is None
    assert fourdstem.divide(values).membership is None
    assert "stability" not in fourdstem.divide(values).nodes[0]


def test_divide_keeps_the_kind_and_place(halves):
    values, labels = halves
    image = sitk.GetImageFromArray(values, isVector=True)
    image.SetSpacing((2, 3))
    image.SetMetaData("FourDSTEM_ComponentNames", "a,b,c")
    found = fourdstem.divide(image, mode="paper", splits=[(0, 2)])
    assert found.labels.GetSpacing() == (2, 3)
    assert found.feature_names == ["a", "b", "c"]
    assert same_partition(sitk.GetArrayFromImage(found.labels), labels)
    image = itk.image_from_array(values, is_vector=True)
    assert same_partition(itk.array_from_image(fourdstem.divide(image).labels), labels)


def test_masked_positions_are_left_out(halves):
    values, _ = halves
    mask = np.zeros((20, 24))
    mask[:10] = 1
    found = fourdstem.divide(values, mask=mask)
    assert not np.any(found.labels[10:])
    assert np.all(found.labels[:10])


@pytest.mark.parametrize("method", ["pca", "mnf"])
def test_the_first_component_separates_the_halves(halves, method):
    values, labels = halves
    image, strength, loadings = fourdstem.reduce(values, method=method, components=2)
    assert image.shape == (20, 24, 2)
    assert image.components == (f"{method} 1", f"{method} 2")
    first = np.asarray(image)[..., 0]
    assert first[labels == 1].max() < first[labels == 2].min() or first[labels == 2].max() < first[labels == 1].min()
    assert np.all(np.diff(strength) <= 0)
    assert loadings.shape == (2, 3)
    # The third feature is noise alone.
    assert abs(loadings[0, 2]) < 0.2 * np.abs(loadings[0, :2]).min()


def test_noise_of_white_noise_is_its_deviation():
    values = np.random.default_rng(4).normal(scale=(1, 5, 0.1), size=(60, 60, 3)).astype(np.float32)
    image, noise = fourdstem.scale_by_neighbour_noise(values)
    np.testing.assert_allclose(noise, (1, 5, 0.1), rtol=0.05)
    np.testing.assert_allclose(image, values / noise, rtol=1e-5)


def test_what_cannot_be(halves):
    values, _ = halves
    with pytest.raises(TypeError, match="features are"):
        fourdstem.divide([1, 2])
    with pytest.raises(ValueError, match="axes"):
        fourdstem.divide(np.zeros((2, 3, 4, 5)))
    with pytest.raises(TypeError, match="unexpected keyword"):
        fourdstem.divide(values, origin="fixed")
    with pytest.raises(ValueError, match="method"):
        fourdstem.reduce(values, method="ica")
    with pytest.raises(ValueError, match="components"):
        fourdstem.reduce(values, components=100)
    with pytest.raises(ValueError, match="seed"):
        fourdstem.divide(values, seed=3)


def test_a_mask_of_features_can_be_given_back(flake):
    scan = fourdstem.open(flake)
    mask = fourdstem.feature_mask(scan)
    assert mask.shape == (48, 48)
    assert 0 < np.count_nonzero(mask) < 48 * 48
    # The root's features in auto mode are tested in the same way, over the whole scan.
    root = fourdstem.cluster(scan, maximum_leaves=1).nodes[0]
    assert root["numberOfFeatures"] in (0, np.count_nonzero(mask))
    given = fourdstem.cluster(scan, feature_mask=mask)
    assert not np.any(np.asarray(given.feature_mask)[np.asarray(mask) == 0])
    everything = fourdstem.feature_mask(scan, feature_mask="all")
    assert np.all(np.asarray(mask) <= np.asarray(everything))
