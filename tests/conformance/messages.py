"""What the package raises, as templates: the text of every message in the source, its values as blanks.

`templates` walks the syntax of `sim/`: the texts within a `raise`, those of calls that make a message, and those that
reach either by a name.
"""

import ast
import re
from pathlib import Path

MAKERS = {"Problem", "refuse", "refusal", "unreadable", "suggest", "_RefusedError", "not_understood", "fail", "never"}
"""Calls that make a message, or a part of one."""

TELLERS = {
    *("suggest", "wide_colon", "hint", "as_a_number", "other_worlds", "not_understood", "refusal", "without_effect"),
    *("_reason", "_of_rule", "_of_channel", "remarks", "idle_correlations", "kind_of", "why_gone", "_remedy_of"),
    *("column_in_words", "_about_folder", "check", "problems_of", "Needs", "needs"),
}
"""Functions whose texts are parts of messages."""

WORDLESS = re.compile(r"^[^a-z]*$|^[a-z_.-]*$")
"""What needs no translation: no words, or a name alone."""

SKIPPED = ("sim/show/", "sim/business/channels/base.py", "sim/randomness/streams.py", "sim/randomness/luck.py")
"""What only somebody who writes Python can meet: pictures and pages, and what a developer is told."""


def template(node):
    """Return the text of a literal, each value as ``{}``; None of what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def texts_in(node):
    """Yield the templates of all literals below a node, outermost first; those within values are their own."""
    found = template(node)
    if found is not None:
        yield found
    inner = (
        [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        if isinstance(node, ast.JoinedStr)
        else ast.iter_child_nodes(node)
    )
    for child in inner:
        yield from texts_in(child)


def called(node):
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def messages_of(scope, constants):
    """Yield the templates of the messages made within a function or module."""
    named = dict(constants)
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.NamedExpr | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)):
                named.setdefault(name.id, []).append(node.value)
    for node in ast.walk(scope):
        made = node.exc if isinstance(node, ast.Raise) else node if called(node) in MAKERS else None
        if made is None:
            continue
        arguments = [*made.args, *(word.value for word in made.keywords)] if isinstance(made, ast.Call) else [made]
        yield from reached(arguments, named)
    for function in (inner for inner in ast.walk(scope) if isinstance(inner, ast.FunctionDef)):
        if function.name in TELLERS:
            body = [node for node in function.body if not isinstance(node, ast.Expr) or template(node.value) is None]
            yield from reached(body, named)


def reached(nodes, named):
    """Yield the templates below nodes, and below what their names were given."""
    seen = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield from texts_in(node)
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - seen
        seen |= names
        todo += [value for name in names for value in named.get(name, ())]


def templates():
    """Return the places of every message by its template."""
    found = {}
    for file in sorted(Path("sim").rglob("*.py")):
        if file.as_posix().startswith(SKIPPED):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            target.id: [node.value]
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)] or [tree]
        for scope in scopes:
            for text in messages_of(scope, constants):
                if not WORDLESS.match(text) and " " in text.strip():
                    found.setdefault(text, set()).add(file.as_posix())
    return found
