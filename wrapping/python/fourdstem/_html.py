# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Tables for notebooks."""

from html import escape


def table(title, rows, header=()):
    """An HTML table; everything in it is escaped."""
    cells = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    head = "<tr>" + "".join(f"<th>{escape(str(name))}</th>" for name in header) + "</tr>" if header else ""
    return f"<table><caption>{escape(str(title))}</caption>{head}{cells}</table>"
