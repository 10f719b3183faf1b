# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Pictures by matplotlib, in the colours of the commands' pictures."""

import os

import numpy as np

from . import _core

_PATTERN = 1.4  # inches that a pattern of the tree takes


def _new_axes(width=6.0, height=6.0):
    import matplotlib.pyplot

    return matplotlib.pyplot.subplots(figsize=(width, height))[1]


def _new_figure(width, height):
    import matplotlib.pyplot

    return matplotlib.pyplot.figure(figsize=(width, height))


def colormap(kind):
    """The commands' "sequential" or "diverging" colours as a matplotlib colormap; NaN is grey."""
    from matplotlib.colors import ListedColormap

    colors = (_core.sequential_colors if kind == "sequential" else _core.diverging_colors)(256)
    made = ListedColormap(colors, f"fourdstem {kind}")
    made.set_bad("0.6")
    return made


def _extent(shape, grid):
    """Of imshow, in the grid's unit: pixel centres lie where the grid has them."""
    (dy, dx), (y0, x0) = grid["spacing"], grid["origin"]
    return (x0 - dx / 2, x0 + (shape[1] - 0.5) * dx, y0 + (shape[0] - 0.5) * dy, y0 - dy / 2)


def scale_bar(ax, length, unit):
    """A bar of round length, about a quarter of the axes' width, below the picture on the left."""
    power = 10.0 ** np.floor(np.log10(length / 4))
    bar = max(factor * power for factor in (1, 2, 5, 10) if factor * power <= length / 4 * (1 + 1e-9))
    text = {"1/nm": f"{bar:g} nm⁻¹"}.get(
        unit, f"{bar / 1000:g} µm" if unit == "nm" and bar >= 1000 else f"{bar:g} {unit}"
    )
    ax.plot([0, bar / length], [-0.03, -0.03], color="black", lw=3, transform=ax.transAxes, clip_on=False)
    ax.text(bar / length / 2, -0.045, text, ha="center", va="top", transform=ax.transAxes)


def _bare(ax):
    ax.set_xticks([])
    ax.set_yticks([])


def plot_map(clusters, level=None, ax=None, title=True):
    """See Clusters.plot."""
    ax = ax or _new_axes()
    deepest = max(node["level"] for node in clusters.nodes)
    colors, places = clusters._core.map_of_level(deepest if level is None else level)
    grid = clusters._core.scan_grid
    ax.imshow(colors, extent=_extent(colors.shape, grid), interpolation="nearest")
    label_of = {node: label for label, node in enumerate(clusters.leaves, 1)}
    (dy, dx), (y0, x0) = grid["spacing"], grid["origin"]
    for node, row, column in places:
        text = str(label_of[node]) if node in label_of and level is None else f"n{node}"
        ax.text(x0 + column * dx, y0 + row * dy, text, ha="center", va="center", weight="bold")
    _bare(ax)
    scale_bar(ax, colors.shape[1] * dx, grid["unit"])
    if title:
        ax.set_title(clusters._core.title)
    return ax


def _pattern_norm(pattern):
    """Logarithmic, from the faint parts of a pattern to its brightest."""
    from matplotlib.colors import LogNorm

    positive = pattern[np.isfinite(pattern) & (pattern > 0)]
    if positive.size == 0:
        return LogNorm(1, 10, clip=True)
    high = np.quantile(positive, 0.9995)
    low = max(np.quantile(positive, 0.05), high * 1e-5)
    return LogNorm(low if low < high else high / 10, high, clip=True)


def plot_tree(clusters, fig=None):
    """See Clusters.plot_tree."""
    places, nodes, patterns = clusters._core.places, clusters.nodes, clusters.patterns
    depth = max(node["level"] for node in nodes) + 1
    width = max(places) + 1
    fig = fig or _new_figure(max(3.0, _PATTERN * width), _PATTERN * depth * 1.35 + 0.4)
    lines = fig.add_axes((0, 0, 1, 1))
    lines.set(xlim=(0, 1), ylim=(0, 1))
    lines.axis("off")

    def centre(node):
        return (places[node["id"]] + 0.5) / width, 1 - (node["level"] + 0.5) / depth

    for node in nodes:
        for child in node["children"]:
            (x, y), (u, v) = centre(node), centre(nodes[child])
            lines.plot([x, x, u, u], [y, (y + v) / 2, (y + v) / 2, v], color="0.6", lw=1, zorder=0)
    norm, colors = _pattern_norm(patterns[0]), colormap("sequential")
    label_of = {node: label for label, node in enumerate(clusters.leaves, 1)}
    for node in nodes:
        x, y = centre(node)
        ax = fig.add_axes((x - 0.4 / width, y - 0.33 / depth, 0.8 / width, 0.66 / depth))
        shown = np.where(np.isnan(patterns[node["id"]]), np.nan, np.maximum(patterns[node["id"]], norm.vmin))
        ax.imshow(shown, norm=norm, cmap=colors)
        _bare(ax)
        for spine in ax.spines.values():
            spine.set(color=clusters.colors[node["id"]], linewidth=3)
        name = f"leaf {label_of[node['id']]}" if node["id"] in label_of else f"node {node['id']}"
        ax.set_title(f"{name}: {node['size']}", fontsize=8)
    return fig


def plot_differences(clusters, fig=None):
    """See Clusters.plot_differences."""
    from matplotlib.colors import FuncNorm

    nodes, patterns = clusters.nodes, clusters.patterns
    splits = [node for node in nodes if node["children"]]
    columns = max([len(node["children"]) for node in splits], default=1)
    rows = max(1, len(splits))
    fig = fig or _new_figure(2.2 * columns + 1, 2.2 * rows + 0.4)
    axes = fig.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for node, line in zip(splits, axes):
        differences = [patterns[child] - patterns[node["id"]] for child in node["children"]]
        sizes = np.concatenate([np.abs(one[np.isfinite(one)]) for one in differences])
        largest = (np.quantile(sizes, 0.995) if sizes.size else 0) or 1.0

        def root(values):
            return np.sign(values) * np.sqrt(np.abs(values))

        def square(values):
            return np.sign(values) * np.square(values)

        for child, difference, ax in zip(node["children"], differences, line):
            norm = FuncNorm((root, square), -largest, largest)
            shown = ax.imshow(np.clip(difference, -largest, largest), norm=norm, cmap=colormap("diverging"))
            ax.set_title(f"node {child} − node {node['id']}", fontsize=8)
        fig.colorbar(shown, ax=list(line), shrink=0.8, ticks=[-largest, 0, largest], format="%.3g")
    return fig


def plot_levels(clusters):
    """The map at each level of the tree, side by side. Returns the figure."""
    deepest = max(node["level"] for node in clusters.nodes)
    levels = range(min(1, deepest), deepest + 1)
    fig = _new_figure(3.5 * len(levels), 4)
    for ax, level in zip(fig.subplots(1, len(levels), squeeze=False)[0], levels):
        plot_map(clusters, level, ax, title=False)
        ax.set_title(f"level {level}")
    return fig


def draw_all(clusters, folder):
    """map.png, levels.png, tree.png and differences.png, whatever backend is in use."""
    import matplotlib.pyplot

    figures = {
        "map.png": lambda: plot_map(clusters).figure,
        "levels.png": lambda: plot_levels(clusters),
        "tree.png": lambda: plot_tree(clusters),
        "differences.png": lambda: plot_differences(clusters),
    }
    for name, draw in figures.items():
        figure = draw()
        try:
            figure.savefig(os.path.join(folder, name), dpi=120, bbox_inches="tight")
        finally:
            matplotlib.pyplot.close(figure)


def plot_strain(strain, components=("e_xx", "e_yy", "e_xy", "rotation"), fig=None):
    """See Strain.plot."""
    maps = {name: np.asarray(strain.component(name)) for name in components}
    angles = {name for name in maps if name.startswith("rotation") or name.endswith("axis")}
    errors = {name for name in maps if name.endswith("error")}
    plain = set(maps) & set(strain._core.lattice[1])
    columns = min(2, len(maps))
    rows = -(-len(maps) // columns)
    fig = fig or _new_figure(4.4 * columns, 3.8 * rows)
    axes = fig.subplots(rows, columns, squeeze=False)

    def largest(values):
        finite = np.abs(values[np.isfinite(values)])
        return (np.quantile(finite, 0.99) if finite.size else 0) or 1e-9

    common = max([largest(100 * maps[name]) for name in maps if name not in angles | errors | plain], default=1)
    grid = strain._core.scan_grid
    for ax in axes.flat:
        ax.axis("off")
    for ax, (name, values) in zip(axes.flat, maps.items()):
        shown = values if name in angles | plain else 100 * values
        if name in errors | plain:
            limits, colors = (0, largest(shown)), colormap("sequential")
        else:
            high = largest(shown) if name in angles else common
            limits, colors = (-high, high), colormap("diverging")
        picture = ax.imshow(shown, extent=_extent(shown.shape, grid), cmap=colors, vmin=limits[0], vmax=limits[1])
        fig.colorbar(picture, ax=ax, label="" if name in plain else "degrees" if name in angles else "%")
        ax.set_title(name)
        scale_bar(ax, shown.shape[1] * grid["spacing"][1], grid["unit"])
    fig.suptitle(f"{strain._core.title}: against the {strain.reference}", fontsize=9)
    return fig


def draw_strain(strain, folder):
    """strain.png, errors.png and lattice.png."""
    import matplotlib.pyplot

    names = strain.component_names
    pictures = {
        "strain.png": names[:4],
        "errors.png": names[4:8],
        "lattice.png": ("disks", "residual", "dilation", "maximum shear"),
    }
    for file, components in pictures.items():
        figure = plot_strain(strain, components)
        try:
            figure.savefig(os.path.join(folder, file), dpi=120, bbox_inches="tight")
        finally:
            matplotlib.pyplot.close(figure)
