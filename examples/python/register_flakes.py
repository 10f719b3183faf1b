# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Two scans of one flake, of which the second is rotated, shifted and of another dose: finds the domains in each, lays
the second scan onto the first by their dark fields, and says how far the domains agree.

    python register_flakes.py first.npy second.npy
"""

import argparse

import numpy as np
import SimpleITK as sitk

import fourdstem


def register(fixed, moving):
    """The rigid transform from points of `fixed` to points of `moving`, two images of one thing."""
    registration = sitk.ImageRegistrationMethod()
    # Correlation: the dose changes the brightness, but not where the flake is.
    registration.SetMetricAsCorrelation()
    registration.SetInterpolator(sitk.sitkLinear)
    registration.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 300)
    registration.SetOptimizerScalesFromPhysicalShift()
    registration.SetShrinkFactorsPerLevel([2, 1])
    registration.SetSmoothingSigmasPerLevel([2, 1])
    registration.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
    best, lowest = None, np.inf
    for degrees in (-20, -10, 0, 10, 20):  # a descent from each: correlation has more than one valley
        start = sitk.CenteredTransformInitializer(
            fixed, moving, sitk.Euler2DTransform(), sitk.CenteredTransformInitializerFilter.MOMENTS
        )
        start = sitk.Euler2DTransform(start)
        start.SetAngle(np.deg2rad(degrees))
        registration.SetInitialTransform(start, inPlace=True)
        registration.Execute(fixed, moving)
        if registration.GetMetricValue() < lowest:
            best, lowest = start, registration.GetMetricValue()
    return best


def without_gaps(image):
    """The image as float, positions without data at its mean."""
    values = sitk.GetArrayFromImage(image).astype(np.float32)
    filled = sitk.GetImageFromArray(np.where(np.isfinite(values), values, np.nanmean(values)))
    filled.CopyInformation(image)
    return filled


def overlap(labels, others):
    """Dice's measure of each label with the one in `others` that covers most of it: 1 where they are the same.
    Positions with 0 in either, without domain or outside the other scan, do not count."""
    both = (labels > 0) & (others > 0)
    labels, others = labels[both], others[both]
    measures = {}
    for label in np.unique(labels):
        here = labels == label
        there = others == np.bincount(others[here]).argmax()
        measures[int(label)] = 2 * np.count_nonzero(here & there) / (np.count_nonzero(here) + np.count_nonzero(there))
    return measures


def compare(first, second):
    """Domains of two scans (paths, scans or arrays), the second laid onto the first.

    Returns
    -------
    transform, labels of the first, labels of the second on the first's positions, Dice's measure per label
    """
    fixed, moving = fourdstem.cluster(first), fourdstem.cluster(second)
    transform = register(without_gaps(fixed.dark_field.to_sitk()), without_gaps(moving.dark_field.to_sitk()))
    labels = fixed.labels.to_sitk()
    # Labels are names: the nearest one, never one between two.
    carried = sitk.Resample(moving.labels.to_sitk(), labels, transform, sitk.sitkNearestNeighbor, 0)
    ours, theirs = sitk.GetArrayFromImage(labels), sitk.GetArrayFromImage(carried)
    return transform, ours, theirs, overlap(ours, theirs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", help="4D-STEM file")
    parser.add_argument("second", help="4D-STEM file")
    arguments = parser.parse_args()
    transform, _, _, measures = compare(arguments.first, arguments.second)
    print(f"rotated by {np.rad2deg(transform.GetAngle()):.1f} degrees")
    for label, measure in measures.items():
        print(f"domain {label}: Dice {measure:.2f}")


if __name__ == "__main__":
    main()
