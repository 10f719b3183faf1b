# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes scans, C order (Ry, Rx, Qy, Qx), in flat formats that other packages read but do not write."""

import struct


class DmTags:
    """Tags of a DM3 or DM4 file, little-endian."""

    codes = {"<i2": 2, "<i4": 3, "<u2": 4, "<u4": 5, "<f4": 6, "<f8": 7, "|u1": 10}
    formats = {2: "<h", 3: "<i", 5: "<I", 6: "<f", 7: "<d", 8: "<B"}

    def __init__(self, version):
        self.version = version

    def size(self, number):
        return struct.pack(">Q" if self.version == 4 else ">I", number)

    def tag(self, kind, label, rest):
        label = label.encode("latin-1")
        length = self.size(len(rest)) if self.version == 4 else b""
        return struct.pack(">BH", kind, len(label)) + label + length + rest

    def inside(self, tags):
        return b"\1\0" + self.size(len(tags)) + b"".join(tags)

    def group(self, label, *tags):
        return self.tag(20, label, self.inside(tags))

    def value(self, label, description, content):
        numbers = b"".join(map(self.size, [len(description), *description]))
        return self.tag(21, label, b"%%%%" + numbers + content)

    def number(self, label, code, number):
        return self.value(label, [code], struct.pack(self.formats[code], number))

    def text(self, label, text):
        return self.value(label, [20, 4, len(text)], text.encode("utf-16-le"))

    def array(self, label, values):
        return self.value(label, [20, self.codes[values.dtype.str], values.size], values.tobytes())

    def file(self, *tags):
        root = self.inside(tags)
        return struct.pack(">I", self.version) + self.size(len(root)) + struct.pack(">I", 1) + root + bytes(8)


def dm_image(tags, values, extents, axes, image_tags=()):
    """An entry of ImageList; extents and axes (origin, scale, unit) the fastest first."""
    data_types = {"<i2": 1, "<f4": 2, "|u1": 6, "<i4": 7, "<u2": 10, "<u4": 11, "<f8": 12}
    calibrations = [
        tags.group("", tags.number("Origin", 6, origin), tags.number("Scale", 6, scale), tags.text("Units", unit))
        for origin, scale, unit in axes
    ]
    brightness = tags.group(
        "Brightness", tags.number("Origin", 6, 0), tags.number("Scale", 6, 1), tags.text("Units", "")
    )
    return tags.group(
        "",
        tags.group(
            "ImageData",
            tags.group("Calibrations", brightness, tags.group("Dimension", *calibrations)),
            tags.array("Data", values),
            tags.number("DataType", 5, data_types[values.dtype.str]),
            tags.group("Dimensions", *[tags.number("", 5, extent) for extent in extents]),
            tags.number("PixelDepth", 5, values.dtype.itemsize),
        ),
        tags.group("ImageTags", *image_tags),
        tags.text("Name", "scan"),
    )


def write_tia(path, scan, wide, step_y, step_x, pixel):
    """A series with positions; steps in m, pixel in 1/m."""
    ry, rx, qy, qx = scan.shape
    types = {"|u1": 1, "<u2": 2, "<u4": 3, "<i2": 5, "<i4": 6, "<f4": 7, "<f8": 8}
    offset = "<Q" if wide else "<I"
    dimensions = b""
    for extent, step in ((rx, step_x), (ry, step_y)):
        dimensions += struct.pack("<iddi", extent, 0.0, step, 0)
        for text in (b"Position", b"meters"):
            dimensions += struct.pack("<i", len(text)) + text
    begin = 22 + struct.calcsize(offset) + 4 + len(dimensions)
    head = struct.pack("<HHHiiii", 0x4949, 0x0197, 0x0220 if wide else 0x0210, 0x4122, 0x4142, ry * rx, ry * rx)
    head += struct.pack(offset, begin) + struct.pack("<i", 2) + dimensions
    first = begin + 2 * ry * rx * struct.calcsize(offset)
    image_bytes = 50 + qy * qx * scan.itemsize
    places = [first + i * (image_bytes + 24) for i in range(ry * rx)]
    with open(path, "wb") as file:
        file.write(head)
        for place in places + [place + image_bytes for place in places]:
            file.write(struct.pack(offset, place))
        for i, pattern in enumerate(scan.reshape(-1, qy, qx)):
            file.write(struct.pack("<ddi", 0.0, pixel, qx // 2) + struct.pack("<ddi", 0.0, pixel, qy // 2))
            file.write(struct.pack("<hii", types[scan.dtype.str], qx, qy) + pattern[::-1].tobytes())
            file.write(struct.pack("<HHIdd", 0x4142, 0, 0, i % rx * step_x, i // rx * step_y))


def write_seq(path, scan, version, padding):
    qy, qx = scan.shape[2:]
    frame = qy * qx * scan.itemsize
    head = bytearray(8192 if version >= 5 else 1024)
    description = "a scan".encode("utf-16-le")
    struct.pack_into("<I24sii512s", head, 0, 0xFEED, "Norpix seq".encode("utf-16-le"), version, 1024, description)
    bits = 8 * scan.itemsize
    count = scan.shape[0] * scan.shape[1]
    struct.pack_into("<9I", head, 548, qx, qy, bits, bits, frame, 100, count, 0, frame + padding)
    with open(path, "wb") as file:
        file.write(head)
        for pattern in scan.reshape(-1, qy, qx):
            file.write(pattern.tobytes() + bytes(padding))
