# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""From an annular dark field to the outlines of what scatters: smooths the image by the itk wheel's filters, takes the
threshold that divides it best (Otsu), and writes the contours in the units of the scan.

    python feature_contours.py scan.npy contours.csv --annulus 8,22
"""

import argparse
import csv

import itk
import numpy as np

import fourdstem


def contours_of(image, sigma):
    """Lines of equal intensity at Otsu's threshold of `image` (itk.Image) after a Gaussian of `sigma`, in its units.
    A list of arrays (points, 2), x and y; lines that close end where they begin."""
    smooth = itk.smoothing_recursive_gaussian_image_filter(image, sigma=sigma)
    otsu = itk.OtsuThresholdImageFilter[type(smooth), itk.Image[itk.UC, 2]].New(smooth)
    otsu.Update()
    extractor = itk.ContourExtractor2DImageFilter.New(smooth, contour_value=otsu.GetThreshold())
    extractor.Update()
    lines = []
    for line in range(extractor.GetNumberOfIndexedOutputs()):
        vertices = extractor.GetOutput(line).GetVertexList()
        indices = [vertices.GetElement(i) for i in range(vertices.Size())]
        lines.append(np.array([tuple(smooth.TransformContinuousIndexToPhysicalPoint(index)) for index in indices]))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scan", help="4D-STEM file")
    parser.add_argument("contours", help="table to write: line, x, y")
    parser.add_argument("--annulus", required=True, help="inner and outer radius in detector pixels")
    parser.add_argument("--sigma", type=float, default=0.0, help="of the Gaussian; 0: one position")
    arguments = parser.parse_args()
    annulus = tuple(float(radius) for radius in arguments.annulus.split(","))
    detectors = fourdstem.virtual_detector(fourdstem.open(arguments.scan), annulus=annulus)
    image = detectors.component(detectors.components[-1]).to_itk()
    lines = contours_of(image, arguments.sigma or float(image.GetSpacing()[0]))
    with open(arguments.contours, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["line", "x", "y"])
        for number, line in enumerate(lines, 1):
            table.writerows([number, *point] for point in line)
    print(f"{len(lines)} contours")


if __name__ == "__main__":
    main()
