# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""Progress of long functions."""

import contextlib


@contextlib.contextmanager
def reporter(progress):
    """What the extension calls with (fraction, stage): None for no progress, a tqdm bar for True, or the callable."""
    if progress is None or progress is False:
        yield None
        return
    if callable(progress):
        yield progress
        return
    if progress is not True:
        raise TypeError(f"progress is True, False or a function of (fraction, stage), not {type(progress).__name__}")
    from tqdm.auto import tqdm

    with tqdm(total=100, bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}") as bar:

        def show(fraction, stage):
            bar.set_description_str(stage, refresh=False)
            bar.update(max(0.0, 100 * fraction - bar.n))

        yield show
        bar.update(100 - bar.n)
