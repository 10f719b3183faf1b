# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The domains of a scan as pieces that hang together: removes those too small to be one, and measures the others.

    python domain_shapes.py scan.npy pieces.nrrd --minimum-size 9
"""

import argparse

import SimpleITK as sitk

import fourdstem


def pieces_of(labels, minimum_size):
    """Connected pieces (by edges) of every label, largest first, from 1; 0 where a piece has fewer positions than
    `minimum_size` or the label is 0. Also which label each piece is of, as a list that starts with piece 1."""
    measures = sitk.LabelShapeStatisticsImageFilter()
    measures.Execute(labels)
    pieces = sitk.Image(labels.GetSize(), sitk.sitkUInt32)
    pieces.CopyInformation(labels)
    count = 0
    for label in measures.GetLabels():
        found = sitk.ConnectedComponent(labels == label)
        pieces += sitk.Cast(sitk.Mask(found + count, found != 0), sitk.sitkUInt32)
        count += int(sitk.GetArrayViewFromImage(found).max())
    pieces = sitk.RelabelComponent(pieces, minimumObjectSize=minimum_size)
    measures = sitk.LabelIntensityStatisticsImageFilter()
    measures.Execute(pieces, sitk.Cast(labels, sitk.sitkFloat32))
    return pieces, [int(measures.GetMaximum(piece)) for piece in measures.GetLabels()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scan", help="4D-STEM file")
    parser.add_argument("pieces", help="image to write")
    parser.add_argument("--minimum-size", type=int, default=9, help="positions that a piece has at least")
    arguments = parser.parse_args()
    domains = fourdstem.cluster(arguments.scan)
    pieces, label_of = pieces_of(domains.labels.to_sitk(), arguments.minimum_size)
    sitk.WriteImage(pieces, arguments.pieces)
    shapes = sitk.LabelShapeStatisticsImageFilter()
    shapes.Execute(pieces)
    print("piece  domain  area / nm^2  centroid / nm  elongation")
    for piece, label in zip(shapes.GetLabels(), label_of):
        x, y = shapes.GetCentroid(piece)
        print(
            f"{piece:5}  {label:6}  {shapes.GetPhysicalSize(piece):11.0f}  {x:6.1f}, {y:5.1f}  "
            f"{shapes.GetElongation(piece):10.2f}"
        )


if __name__ == "__main__":
    main()
