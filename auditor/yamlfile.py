"""Safe YAML with line numbers: no tags, no aliases, no duplicate keys, and no dates or yes/no guessed from text.

A mapping is read as `Map` and a list as `Seq`: an ordinary dict and list that also know the line of each entry.
Plain scalars become text, int, float, true/false or None; everything else stays text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from auditor.errors import Problem, RulesError

LARGEST = 5_000_000
DEEPEST = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Map(dict):
    """A mapping that knows its own line and the line of each key."""

    line: int = 0
    lines: dict[Any, int]

    def line_of(self, key: Any) -> int:
        """The line on which `key` stands, or the mapping's own line."""
        return self.lines.get(key, self.line)


class Seq(list):
    """A list that knows its own line and the line of each item."""

    line: int = 0
    lines: list[int]

    def line_of(self, index: int) -> int:
        return self.lines[index] if index < len(self.lines) else self.line


def load(text: str, path: str) -> Any:
    """The content of one YAML text. Raises RulesError with every problem's file:line."""
    if len(text) > LARGEST:
        raise RulesError([Problem(path, 0, f"The file is larger than {LARGEST // 1_000_000} MB; split it.")])
    deep = _too_deep(text)
    if deep:
        raise RulesError([Problem(path, deep, "This is nested too deeply to be a rule.")])
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise RulesError([Problem(path, *_place_and_words(error))]) from None
    problems: list[Problem] = []
    value = _Reader(path, problems).read(node) if node is not None else None
    if problems:
        raise RulesError(problems)
    return value


def _too_deep(text: str) -> int:
    """The line on which brackets or dashes nest deeper than any rule needs, or 0. The parser itself is recursive, so
    this is checked before it runs; brackets inside quotes count too, which only matters at hundreds of them."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        depth += sum(line.count(sign) for sign in "[{") - sum(line.count(sign) for sign in "]}")
        indent = len(line) - len(line.lstrip(" -?:"))
        if depth > DEEPEST or indent > 4 * DEEPEST or line.count("[") > DEEPEST or line.count("{") > DEEPEST:
            return number
    return 0


def load_file(file: Path, shown: str | None = None) -> Any:
    """The content of one YAML file; `shown` is the path to name in problems."""
    name = shown or str(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RulesError([Problem(name, 0, "The file is not UTF-8 text. Save it as UTF-8.")]) from None
    except OSError as error:
        raise RulesError([Problem(name, 0, f"The file cannot be read: {error.strerror}.")]) from None
    return load(text, name)


_ADVICE = (
    (
        "cannot start any token",
        "If a tab stands here, put spaces in its place; a text that begins with @, % or ` needs quotes.",
    ),
    (
        "mapping values are not allowed",
        "A text with a colon in it needs quotes around it; or the line is indented too far.",
    ),
    ("could not find expected ':'", "A space is missing after a colon, on this line or the one above."),
)
_ELSE = "Check the indentation, colons and quotes on this line."


def _place_and_words(error: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or "it cannot be read as YAML"
    line = mark.line + 1 if mark is not None else 0
    advice = next((advice for sign, advice in _ADVICE if sign in words), _ELSE)
    return line, f"This is not valid YAML: {words}. {advice}"


class _Reader:
    """Turns composed nodes into values, collecting problems."""

    def __init__(self, path: str, problems: list[Problem]):
        self.path = path
        self.problems = problems
        self.seen: set[int] = set()

    def problem(self, node: yaml.Node, words: str) -> None:
        self.problems.append(Problem(self.path, node.start_mark.line + 1, words))

    def read(self, node: yaml.Node, depth: int = 0) -> Any:
        if depth > 50:
            self.problem(node, "This is nested too deeply.")
            return None
        if id(node) in self.seen:
            self.problem(node, "Anchors and aliases (& and *) are not used here; write the value out.")
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.seen.add(id(node))
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _PLAIN_TAGS:
            self.problem(node, "Tags (words that begin with !) are not allowed.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            items = Seq(self.read(child, depth + 1) for child in node.value)
            items.line = node.start_mark.line + 1
            items.lines = [child.start_mark.line + 1 for child in node.value]
            return items
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Map:
        result = Map()
        result.line = node.start_mark.line + 1
        result.lines = {}
        for key_node, value_node in node.value:
            key = self.read(key_node, depth + 1)
            if isinstance(key, (dict, list)):
                self.problem(key_node, "A key must be a word.")
                continue
            if key in result:
                self.problem(key_node, f"'{key}' stands twice in this mapping (first on line {result.lines[key]}).")
                continue
            result[key] = self.read(value_node, depth + 1)
            result.lines[key] = key_node.start_mark.line + 1
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag.startswith("!"):
            self.problem(node, "Tags (words that begin with !) are not allowed.")
            return None
        if node.tag.startswith("tag:yaml.org,2002:python"):
            self.problem(node, "Tags (words that begin with !) are not allowed.")
            return None
        text = node.value
        if node.style not in (None, ""):
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _INT.fullmatch(text):
            return int(text) if len(text) < 19 else text
        if _FLOAT.fullmatch(text):
            return float(text)
        return text
