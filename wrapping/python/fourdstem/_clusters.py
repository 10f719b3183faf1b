# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Deformation domains: the analysis of FourDSTEMCluster and the editing of FourDSTEMTree."""

import builtins
import json
import os

import numpy as np

from . import _core
from ._filters import _run
from ._images import Map, _Geometry, as_scan, back
from ._options import words_of
from ._progress import reporter
from ._scan import open as _open
from ._strain import Strain


def cluster(scan, *, progress=None, **options):
    """Finds the deformation domains of a scan by divisive hierarchical clustering, as FourDSTEMCluster: the same bits.

    Parameters
    ----------
    scan
        A fourdstem.Scan, a path, a NumPy array (Ry, Rx, Qy, Qx), a 4-D itk.Image or SimpleITK.Image.
    progress : bool or callable, optional
        True shows a bar (tqdm); a function is called with (fraction, stage).
    **options
        mode="auto" or "paper", maximum_leaves, minimum_size, splits=[(0, 2), (2, 2)], mask, origin, bad_pixels,
        inner_radius, outer_radius, feature_mask, threads, memory_limit="2GiB" ...: fourdstem.options("cluster"). Images
        may be paths, arrays or images.

    Returns
    -------
    Clusters

    Raises
    ------
    ValueError, TypeError
        An option does not fit the scan, or is unknown.
    RuntimeError
        No position has data, or no detector pixel is left to compare; the text has the numbers.
    FileError
        The scan cannot be read.
    """
    if isinstance(scan, (str, os.PathLike)):
        scan = _open(scan)
    scan, kind, geometry = as_scan(scan)
    return Clusters(_run(_core.cluster, "cluster", "cluster", scan, options, progress), kind, geometry)


def load(folder):
    """A result folder of FourDSTEMCluster, FourDSTEMTree, FourDSTEMStrain or of `save`.

    Returns
    -------
    Clusters or Strain
        By the program that run.json names.

    Raises
    ------
    FileError
        A file is missing or does not fit the others.
    """
    folder = os.fspath(folder)
    try:
        with builtins.open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
            program = json.load(file).get("program")
    except (OSError, ValueError, AttributeError):
        program = None
    if program == "FourDSTEMStrain":
        return Strain(_core.load_strain(folder), "numpy", _Geometry())
    return Clusters(_core.load_clusters(folder), "numpy", _Geometry())


class Clusters:
    """A cluster tree and what goes with it. Edits return new results and leave this one as it is.

    Images over the scan and the detector are of the kind that the scan was: `fourdstem.Map`, itk.Image or
    SimpleITK.Image.
    """

    def __init__(self, core, kind, geometry, place=None):
        self._core = core
        self._kind = kind
        self._geometry = geometry
        self._place = place  # spacing, origin and unit of features without a scan
        self._document = None

    def _tree(self):
        if self._document is None:
            self._document = json.loads(self._core.tree_json)
        return self._document

    def _image(self, array, where="scan", components=()):
        if array is None:
            return None
        grid = self._core.scan_grid if where == "scan" else self._core.detector_grid
        place = self._place or (grid["spacing"], grid["origin"], grid["unit"])
        made = Map(array, components, *place)
        return back(made, self._kind, self._geometry, where)

    @property
    def labels(self):
        """uint16 (Ry, Rx): 1, 2, ... for the leaves in order, 0 for masked positions and those without data."""
        return self._image(self._core.labels)

    def labels_at(self, level):
        """The labels of the tree cut at `level`; uint16 (Ry, Rx)."""
        return self._image(self._core.labels_of_level(level))

    @property
    def nodes(self):
        """The nodes as tree.json has them: a list of dicts with id, parent, children, level, size, stop, note ..."""
        return self._tree()["nodes"]

    @property
    def leaves(self):
        """Ids of the leaves: leaf i has label i + 1."""
        order, stack = [], [0]
        while stack:
            node = self.nodes[stack.pop()]
            if node["children"]:
                stack.extend(reversed(node["children"]))
            else:
                order.append(node["id"])
        return order

    @property
    def patterns(self):
        """Mean aligned pattern of every node: float32 (nodes, Qy, Qx), NaN where nothing covers; NumPy."""
        return self._core.patterns

    @property
    def dark_field(self):
        """Annular dark field in the scan's counts: float32 (Ry, Rx)."""
        return self._image(self._core.dark_field)

    @property
    def confidence(self):
        """How clearly each position belongs to its leaf, 0 to 1: float32 (Ry, Rx); None where it is not known."""
        return self._image(self._core.confidence)

    @property
    def membership(self):
        """Probability of every leaf, in the order of labels, at each position: float32 (Ry, Rx, leaves).

        None without `membership=True`, and after edits.
        """
        names = [f"label {label}" for label in range(1, len(self.leaves) + 1)]
        return self._image(self._core.membership, "scan", names)

    @property
    def membership_summary(self):
        """Largest probability, its distance to the second largest, entropy in bits: float32 (Ry, Rx, 3); or None."""
        return self._image(self._core.membership_summary, "scan", ("maximum", "margin", "entropy"))

    @property
    def origins(self):
        """Origins (x, y) in detector pixels: float32 (Ry, Rx, 2); None where they are not known."""
        return self._image(self._core.origins, "scan", ("qx0", "qy0"))

    @property
    def feature_mask(self):
        """Aligned detector pixels that any node looked at: uint8 (Qy, Qx); None where it is not known."""
        return self._image(self._core.feature_mask, "detector")

    @property
    def statistics(self):
        """Statistics of the aligned patterns: float32 (Qy, Qx, components); None where they are not known."""
        return self._image(self._core.statistics, "detector", self._core.statistic_names)

    @property
    def feature_names(self):
        """What the features are that nodes count from 0."""
        return self._tree().get("featureNames", [])

    @property
    def record(self):
        """What run.json says: parameters, automatic choices, warnings, results, timings."""
        return json.loads(self._core.record_json)

    @property
    def warnings(self):
        """Remarks on the run, a sentence each."""
        return self.record.get("warnings", [])

    @property
    def colors(self):
        """The colour of every node in the commands' pictures: "#rrggbb"."""
        return self._core.colors

    def to_json(self):
        """The tree as tree.json holds it: a str, the same bytes."""
        return self._core.tree_json

    def to_networkx(self):
        """The tree as a networkx.DiGraph from parents to children; nodes carry what tree.json says of them."""
        import networkx

        graph = networkx.DiGraph()
        for node in self.nodes:
            graph.add_node(node["id"], **{key: value for key, value in node.items() if key != "id"})
        graph.add_edges_from((node["id"], child) for node in self.nodes for child in node["children"])
        return graph

    def _edited(self, core):
        return Clusters(core, self._kind, self._geometry, self._place)

    def _need_scan(self, what):
        if self._place is not None:
            raise ValueError(f"features without a scan cannot be {what}")

    def cut(self, level=None, *, leaves=None, gain=None, lambda_=None):
        """Cuts the tree: at a level, to a number of leaves, or where a split's gain or Λ is below a threshold.

        Raises ValueError unless exactly one is given, and where the tree has no such quantity.
        """
        given = {"level": level, "leaves": leaves, "gain": gain, "lambda_": lambda_}
        given = {name: value for name, value in given.items() if value is not None}
        if len(given) != 1:
            raise ValueError("cut takes exactly one of level, leaves, gain and lambda_")
        ((name, value),) = given.items()
        text = f"cut({name}={value!r})"
        if name == "level":
            return self._edited(self._core.cut_level(value, text))
        if name == "leaves":
            return self._edited(self._core.cut_leaves(value, text))
        return self._edited(self._core.cut_gate(name == "gain", value, text))

    def merge(self, *leaves):
        """Makes one leaf of two or more, by their ids. Raises ValueError unless they are different leaves."""
        leaves = _ids(leaves)
        return self._edited(self._core.merge(leaves, f"merge({', '.join(map(str, leaves))})"))

    def prune(self, *nodes):
        """Makes leaves of nodes, by their ids: what is below them is taken away."""
        nodes = _ids(nodes)
        return self._edited(self._core.prune(nodes, f"prune({', '.join(map(str, nodes))})"))

    def split(self, node, k=0, *, progress=None, threads=0):
        """Divides a node anew into k parts, or (0) by the rule, as often as it finds. The scan is read again.

        Raises ValueError where the node cannot be divided so, FileError where the scan of a loaded result is gone or
        was changed.
        """
        self._need_scan("divided again")
        words, _ = words_of("cluster", {"threads": threads}, "split")
        with reporter(progress) as report:
            request = _core.Request(words, {}, f"split({node}, {k})", report)
            return self._edited(self._core.divide(node, k, request))

    def save(self, folder, *, overwrite=False, pictures=True):
        """Writes the result folder that FourDSTEMCluster (or, after edits, FourDSTEMTree) writes.

        Images, tree and record are the command's; with `pictures` map, levels, tree and differences are drawn by
        matplotlib, and index.html shows them. The folder is whole or not there. Raises FileError, also where it exists
        and `overwrite` is not set or it holds something else.
        """
        self._need_scan("saved")
        draw = None
        if pictures:
            from ._plot import draw_all

            def draw(target):
                draw_all(self, target)

        self._core.save(os.fspath(folder), overwrite, draw)

    def plot(self, level=None, *, ax=None):
        """Map of the leaves, or of the tree cut at `level`, in the commands' colours over the dark field, with a scale
        bar and the nodes' numbers. Returns the matplotlib axes."""
        from ._plot import plot_map

        return plot_map(self, level, ax)

    def plot_tree(self, *, fig=None):
        """The tree with the mean pattern of every node. Returns the matplotlib figure."""
        from ._plot import plot_tree

        return plot_tree(self, fig)

    def plot_differences(self, *, fig=None):
        """What each split changes in the pattern: child minus parent. Returns the matplotlib figure."""
        from ._plot import plot_differences

        return plot_differences(self, fig)

    def __repr__(self):
        return f"<fourdstem.Clusters {self._core.title!r}: {len(self.leaves)} leaves, {len(self.nodes)} nodes>"

    def _repr_html_(self):
        from ._html import table

        sizes = {node["id"]: node for node in self.nodes}
        return table(
            repr(self).strip("<>"),
            [
                (label, node, sizes[node]["size"], sizes[node].get("note") or sizes[node]["stop"])
                for label, node in enumerate(self.leaves, 1)
            ],
            ("Label", "Node", "Positions", "Why it was not divided"),
        )


def _ids(ids):
    if len(ids) == 1 and np.ndim(ids[0]) == 1:
        ids = ids[0]
    return [int(number) for number in ids]
