// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DmAxes_h
#define fourdstem_DmAxes_h

#include "Formats/DmImages.h"

namespace fourdstem
{
/** How the four axes of an image are stored: by the option, else the tag "Data Order Swapped" of GMS, else the units of
 * the axes, which is noted. Throws ScanChoiceNeeded where none of them says it. */
DmOrder
ResolveDmOrder(const InputFile &       file,
               const DmTags &          tags,
               const DmImage &         image,
               const ScanFileOptions & options,
               ScanHeader &            header);

/** Fills in the calibration of scan and detector, as far as the image's axes have one in known units; notes what is not
 * used. A stack has no calibrated scan. */
void
CalibrateDm(const InputFile & file, const DmTags & tags, const DmImage & image, DmOrder order, ScanHeader & header);
} // namespace fourdstem

#endif
