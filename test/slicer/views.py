# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Slice views of 3D Slicer without a display. Run as `views.py RESULTS FOLDER` it draws the pictures of docs/slicer.md:
slicer-domains.png, slicer-patterns.png and slicer-icon.png from a result folder of FourDSTEMCluster."""

import sys
from pathlib import Path

import numpy as np
import slicer
import vtk
from vtkmodules.util.numpy_support import vtk_to_numpy


class Views:
    """A scene with Slicer's modules for volumes, colours and segmentations, and one axial slice view."""

    def __init__(self, width, height):
        self.scene = slicer.vtkMRMLScene()
        self.application = slicer.vtkMRMLApplicationLogic()
        self.application.SetMRMLScene(self.scene)
        self.colors = slicer.vtkSlicerColorLogic()
        self.colors.SetMRMLApplicationLogic(self.application)
        self.colors.SetMRMLScene(self.scene)
        self.application.SetModuleLogic("Colors", self.colors)
        self.volumes = slicer.vtkSlicerVolumesLogic()
        self.volumes.SetMRMLApplicationLogic(self.application)
        self.volumes.SetMRMLScene(self.scene)
        self.slice = slicer.vtkMRMLSliceLogic()
        self.slice.SetMRMLApplicationLogic(self.application)
        self.slice.SetMRMLScene(self.scene)
        self.node = self.slice.AddSliceNode("Red")
        self.resize(width, height)

    def resize(self, width, height):
        self.node.SetDimensions(width, height, 1)

    def close(self):
        """Slicer's objects hold on to each other, and must be parted in this order."""
        for logic in (self.slice, self.volumes, self.colors):
            logic.SetMRMLScene(None)
            logic.SetMRMLApplicationLogic(None)
        self.application.SetModuleLogic("Colors", None)
        self.application.SetMRMLScene(None)
        self.scene.Clear(1)

    def volume(self, path):
        return self.volumes.AddArchetypeVolume(str(path), Path(path).stem, 0)

    def load(self, path, kind, storage):
        node = self.scene.AddNewNodeByClass(kind)
        self.scene.AddNode(storage)
        storage.SetFileName(str(path))
        assert storage.ReadData(node)
        return node

    def segments_as_labels(self, path):
        """A segmentation file as a label volume, with the segments' colours."""
        segmentation = self.load(path, "vtkMRMLSegmentationNode", slicer.vtkMRMLSegmentationStorageNode())
        labels = self.scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode")
        logic = slicer.vtkSlicerSegmentationsModuleLogic
        assert logic.ExportAllSegmentsToLabelmapNode(segmentation, labels, 0)
        return segmentation, labels

    def shown(self, background=None, labels=None, opacity=0.5):
        """Pixels of the view [row from the top][column][RGB], 0 to 255."""
        composite = self.slice.GetSliceCompositeNode()
        composite.SetBackgroundVolumeID(background.GetID() if background else None)
        composite.SetLabelVolumeID(labels.GetID() if labels else None)
        composite.SetLabelOpacity(opacity)
        self.slice.FitSliceToAll()
        self.node.UpdateMatrices()
        self.slice.UpdatePipeline()
        port = self.slice.GetImageDataConnection()
        port.GetProducer().Update()
        image = port.GetProducer().GetOutputDataObject(port.GetIndex())
        columns, rows, _ = image.GetDimensions()
        return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)[::-1, :, :3].copy()

    def places(self, volume):
        """Row from the top and column in the view of every position of a volume of one slice, each [y][x]."""
        to_world = vtk.vtkMatrix4x4()
        volume.GetIJKToRASMatrix(to_world)
        to_screen = vtk.vtkMatrix4x4()
        vtk.vtkMatrix4x4.Invert(self.node.GetXYToRAS(), to_screen)
        both = vtk.vtkMatrix4x4()
        vtk.vtkMatrix4x4.Multiply4x4(to_screen, to_world, both)
        columns, rows, _ = volume.GetImageData().GetDimensions()
        points = [[both.MultiplyPoint((x, y, 0, 1))[:2] for x in range(columns)] for y in range(rows)]
        x, y = np.rint(np.moveaxis(np.array(points), -1, 0)).astype(int)
        return self.node.GetDimensions()[1] - 1 - y, x


def write_png(path, picture):
    image = vtk.vtkImageData()
    rows, columns, _ = picture.shape
    image.SetDimensions(columns, rows, 1)
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    vtk_to_numpy(image.GetPointData().GetScalars())[:] = picture[::-1].reshape(-1, 3)
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(image)
    writer.Write()


def beside(pictures, columns):
    gap = 6
    rows = []
    for first in range(0, len(pictures), columns):
        row = pictures[first : first + columns]
        row += [np.full_like(pictures[0], 255)] * (columns - len(row))
        parts = [part for picture in row for part in (picture, np.full((picture.shape[0], gap, 3), 255, np.uint8))]
        rows += [np.hstack(parts[:-1]), np.full((gap, 1, 3), 255, np.uint8)]
    width = rows[0].shape[1]
    return np.vstack([np.broadcast_to(row, (row.shape[0], width, 3)) for row in rows[:-1]])


def main(results, folder):
    views = Views(400, 400)
    dark_field = views.volume(results / "adf.nrrd")
    _, labels = views.segments_as_labels(results / "labels.seg.nrrd")
    write_png(
        folder / "slicer-domains.png",
        beside([views.shown(dark_field), views.shown(dark_field, labels)], 2),
    )

    views.resize(128, 128)
    write_png(folder / "slicer-icon.png", views.shown(dark_field, labels))

    views.resize(200, 200)
    sequence = views.load(
        results / "patterns.seq.nrrd", "vtkMRMLSequenceNode", slicer.vtkMRMLVolumeSequenceStorageNode()
    )
    pictures = []
    for item in range(min(8, sequence.GetNumberOfDataNodes())):
        pattern = views.scene.AddNode(sequence.GetNthDataNode(item))
        pattern.CreateDefaultDisplayNodes()
        values = vtk_to_numpy(pattern.GetImageData().GetPointData().GetScalars())
        pattern.GetDisplayNode().AutoWindowLevelOff()
        pattern.GetDisplayNode().SetWindowLevelMinMax(0, 1.5 * float(np.nanpercentile(values, 98)))
        pictures.append(views.shown(pattern))
    write_png(folder / "slicer-patterns.png", beside(pictures, 4))
    views.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
