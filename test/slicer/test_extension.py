# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The entry for Slicer's list of extensions, by the rules of its schema 1.0.1 and of the list's own checks."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

SOURCE = Path(__file__).parents[2]
TYPES = {
    "$schema": str,
    "category": str,
    "scm_url": str,
    "scm_revision": str,
    "scm_type": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "enabled": bool,
    "tier": int,
}


def test_entry_follows_the_schema():
    entry = json.loads((SOURCE / "FourDSTEM.json").read_text())
    assert {"$schema", "category", "scm_url"} <= set(entry) <= set(TYPES)
    for key, value in entry.items():
        assert isinstance(value, TYPES[key]), key
    assert entry["$schema"].endswith("slicer-extension-catalog-entry-schema-v1.0.1.json#")
    assert entry["tier"] in (1, 3, 5)
    assert entry.get("scm_type", "git") in ("git", "local")
    assert all(isinstance(name, str) for name in entry["build_dependencies"])
    assert urlsplit(entry["scm_url"]).scheme in ("git", "https")


def test_the_project_says_what_the_list_shows():
    text = (SOURCE / "CMakeLists.txt").read_text()
    assert re.search(r"project\s*\(\s*(\w+)", text).group(1) == "FourDSTEM", "the name of the entry's file"
    for name in ("EXTENSION_ICONURL", "EXTENSION_SCREENSHOTURLS"):
        url = re.search(rf'set\s*\({name}\s*"([^"]+)"\)', text).group(1)
        assert (SOURCE / url.split("/main/")[1]).is_file()
    assert (SOURCE / "LICENSE").is_file()
