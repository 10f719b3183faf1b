# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
import itk

assert itk.ImageToImageFilter[itk.Image[itk.F, 4], itk.VectorImage[itk.F, 2]]
