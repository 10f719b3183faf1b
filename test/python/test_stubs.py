# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
"""The stubs say what is there, and everything public says what it is for."""

import ast
import inspect
from pathlib import Path

import pytest

import fourdstem

STUBS = ast.parse((Path(fourdstem.__file__).parent / "__init__.pyi").read_text())
PUBLIC = {node.name: node for node in STUBS.body if hasattr(node, "name") and not node.name.startswith("_")}


def test_the_stubs_are_complete():
    assert set(PUBLIC) == set(fourdstem.__all__)
    assert (Path(fourdstem.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("name", sorted(fourdstem.__all__))
def test_parameters_are_those_of_the_code(name):
    node, thing = PUBLIC[name], getattr(fourdstem, name)
    functions = [(node, thing)]
    if isinstance(node, ast.ClassDef):
        methods = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
        functions = [
            (stub, getattr(thing, method))
            for method, stub in methods.items()
            if not any(getattr(mark, "id", "") == "property" for mark in stub.decorator_list)
        ]
        public = {part for part in vars(thing) if not part.startswith("_")}
        told = {part for part in methods if not part.startswith("_")} | {
            part.target.id for part in node.body if isinstance(part, ast.AnnAssign)
        }
        assert public <= told
    for stub, function in functions:
        given = stub.args
        names = [one.arg for one in given.posonlyargs + given.args + given.kwonlyargs]
        names += [one.arg for one in (given.vararg, given.kwarg) if one]
        assert set(names) == set(inspect.signature(function).parameters), stub.name


@pytest.mark.parametrize("name", sorted(fourdstem.__all__))
def test_everything_is_documented(name):
    thing = getattr(fourdstem, name)
    assert inspect.getdoc(thing)
    if inspect.isclass(thing):
        for part, value in vars(thing).items():
            if not part.startswith("_") and (callable(value) or isinstance(value, property)):
                assert inspect.getdoc(getattr(thing, part)), part
