"""Mutations of files as texts: encodings, stray bytes, cuts, splices, and what YAML allows that no scenario needs."""

from __future__ import annotations

import codecs
from pathlib import Path
from random import Random

from tests.fuzz.case import HEAD, SCENARIOS, SMALL, SWEEPS, Case, Surroundings, looked_at_and_run, shipped, written
from tests.fuzz.mutations import ODD_VALUES

TITLE = "title: 我的店 — café £5 ショップ\n"

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gbk", "cp1252", "latin-1", "shift_jis", "big5", "ascii")


def on_a_shipped_file(name: str, content: bytes, what: str, folder: Path, file: Path) -> Case:
    """Return the case of a shipped file with other content: a scenario is run, a sweep's first cells are."""
    file.write_bytes(content)
    out = folder / "run"
    if name in SWEEPS:
        words = ("sweep", str(file), "--worlds", "16", "--jobs", "1", "--quiet", "--out", str(out))
        return Case(f"{name} {what}", [words], around=Surroundings(sweep_is_read_only=True))
    goal = ("--max-paths", "64") if b"condition" in content else ()
    strategy = "dual" if name == "dual.yaml" else "independent"
    commands = looked_at_and_run(file, out, *goal, strategy=None if strategy == "dual" else strategy)
    return Case(f"{name} {what}", commands, None, out)


def a_shipped_file(draw: Random, folder: Path) -> tuple[str, Path, bytes]:
    """Return name, place and content of one of the shipped files, all of which are laid out."""
    root = shipped(folder)
    name = draw.choice((*SCENARIOS, *SWEEPS))
    file = root / "sweeps" / name if name in SWEEPS else root / name
    return name, file, file.read_bytes()


def encoding(draw: Random, folder: Path) -> Case:
    """Write a file in another encoding than UTF-8."""
    name, file, content = a_shipped_file(draw, folder)
    code = draw.choice(ENCODINGS)
    lines = content.decode().splitlines(keepends=True)
    lines = [TITLE if line.startswith("title:") else line for line in lines]
    if draw.random() < 0.5:
        lines.append(f"# {TITLE}")
    written_so = "".join(lines).encode(code, "ignore")
    return on_a_shipped_file(name, written_so, f"in {code}", folder, file)


def stray_bytes(draw: Random, folder: Path) -> Case:
    """Overwrite, insert or remove some bytes."""
    name, file, content = a_shipped_file(draw, folder)
    changed = bytearray(content)
    places = sorted(draw.randrange(len(content)) for _ in range(draw.choice((1, 1, 1, 3, 20))))
    for place in reversed(places):
        stray = draw.choice((b"\x00", b"\xff", b"\x80", b"\x1b[31m", b"\r", b"\t", b"\xe2\x80\xa8", b"\xef\xbb\xbf"))
        stray = draw.choice((stray, bytes([draw.randrange(32, 127)]), b""))
        changed[place : place + draw.choice((0, 1))] = stray
    return on_a_shipped_file(name, bytes(changed), f"with {len(places)} bytes changed at {places[:3]}", folder, file)


def truncated(draw: Random, folder: Path) -> Case:
    """Cut a file off, or its beginning away."""
    name, file, content = a_shipped_file(draw, folder)
    cut = draw.randrange(len(content))
    kept = content[:cut] if draw.random() < 0.7 else content[cut:]
    return on_a_shipped_file(name, kept, f"cut at {cut}, {len(kept)} bytes kept", folder, file)


def spliced(draw: Random, folder: Path) -> Case:
    """Put lines of one shipped file into another."""
    name, file, content = a_shipped_file(draw, folder)
    other = draw.choice((*SCENARIOS, *SWEEPS))
    donor = (folder / "configs" / "sweeps" / other) if other in SWEEPS else folder / "configs" / other
    lines, given = content.splitlines(keepends=True), donor.read_bytes().splitlines(keepends=True)
    start, place, length = draw.randrange(len(given)), draw.randrange(len(lines)), draw.randint(1, 12)
    lines[place:place] = given[start : start + length]
    return on_a_shipped_file(name, b"".join(lines), f"with {length} lines of {other} at {place}", folder, file)


def line_changed(draw: Random, folder: Path) -> Case:
    """Remove, double, move, indent or comment out a line."""
    name, file, content = a_shipped_file(draw, folder)
    lines = content.splitlines(keepends=True)
    place = draw.randrange(len(lines))
    line = lines.pop(place)
    doing, put = draw.choice(
        (
            ("removed", []),
            ("twice", [line, line]),
            ("indented", [b"  " + line]),
            ("outdented", [line.lstrip()]),
            ("commented out", [b"# " + line]),
            ("with a tab", [b"\t" + line]),
            ("without its colon", [line.replace(b":", b"", 1)]),
            ("in capitals", [line.upper()]),
            ("without its end", [line.rstrip()]),
        )
    )
    lines[place:place] = put
    return on_a_shipped_file(name, b"".join(lines), f"line {place + 1} {doing}", folder, file)


def number_changed(draw: Random, folder: Path) -> Case:
    """Change one number of a shipped file to another, or to what is no number."""
    name, file, content = a_shipped_file(draw, folder)
    text = content.decode()
    lines = text.splitlines(keepends=True)
    there = [k for k, line in enumerate(lines) if any(sign.isdigit() for sign in line.split("#")[0])]
    place = draw.choice(there)
    body, *comment = lines[place].split("#", maxsplit=1)
    digits = [k for k, sign in enumerate(body) if sign.isdigit()]
    position = draw.choice(digits)
    new = draw.choice(("0", "-", ".", "e", "99", "1e308", "1e-300", "%", " ", "1e", "__", "٣", "½"))
    body = body[:position] + new + body[position + 1 :]
    lines[place] = "#".join([body, *comment])
    return on_a_shipped_file(name, "".join(lines).encode(), f"line {place + 1}: {body.strip()[:60]}", folder, file)


def doubling(levels: int, width: int, draw: Random) -> str:
    """Return aliases of aliases: ``width ** levels`` values once they are expanded."""
    inner = draw.choice(("[x, x]", "{a: 1}", "3", "store"))
    lines = [f"a0: &a0 {inner}"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * width)}]" for k in range(1, levels)]
    return "\n".join(lines)


def yaml_oddity(draw: Random, folder: Path) -> Case:
    """Use what YAML has and scenarios have no need of: anchors, tags, several documents, deep nesting, bombs."""
    depth = draw.choice((10, 60, 400, 5000))
    oddities = {
        "an anchor": "store: &s {meta: {cpm: 14}}\nalibaba: *s",
        "an anchored number": "store: {meta: {cpm: &c 14}}\nwallet: {capital: *c}",
        "an alias in itself": "store: &a\n  meta: *a",
        "a merge key": "x: &x {cpm: 1}\nstore: {meta: {<<: *x}}",
        "a bomb": doubling(draw.randint(2, 14), draw.randint(2, 9), draw),
        "a tag": f"title: {draw.choice(('!!python/object:os.system', '!!binary aGk=', '!!set {a}', '!x', '!!str'))} 1",
        "a directive": "%YAML 1.1\n---\nname: b",
        "two documents": "---\nname: b\nstrategies: {a: [store]}",
        "a key twice": "name: again",
        "a section twice": "store: {meta: {cpm: 14}}\nstore: {meta: {ctr: 0.01}}",
        "deep lists": "title: " + "[" * depth + "]" * depth,
        "deep mappings": "title: " + "{a: " * depth + "}" * depth,
        "a deep block": "\n".join("  " * k + "a:" for k in range(min(depth, 400))),
        "dashes": "title:\n" + "- " * depth,
        "a key of a list": "? [a, b]\n: 3",
        "a long key": "k" * depth + ": 1",
        "a long text": "title: " + "x" * depth * 200,
        "a block": "title: |\n  one\n  two\n \n",
        "a folded block": "title: >-\n  one\n  two",
        "octal and hex": "horizon_days: 0x3c\nstable_months: 0o3",
        "no end": "...\nname: b",
        "line ends": "\r\nwallet: {capital: 100}\r\n\x85\u2028title: x",
        "a complex key": "{a: 1}: 2",
    }
    what = draw.choice(sorted(oddities))
    text = HEAD + oddities[what] + "\n" if draw.random() < 0.8 else oddities[what] + "\n" + HEAD
    out = folder / "run"
    return Case(f"{what} ({depth})", looked_at_and_run(written(folder, text), out), None, out)


def taken_for_another(draw: Random, folder: Path) -> Case:
    """Give a command a file of another kind."""
    root = shipped(folder)
    (folder / "empty.yaml").write_bytes(b"")
    (folder / "bytes.yaml").write_bytes(draw.randbytes(draw.choice((1, 20, 5000))))
    (folder / "list.json").write_text("[]", encoding="utf-8")
    (folder / "manifest.json").write_text('{"scenario": {}}', encoding="utf-8")
    (folder / "mark.yaml").write_bytes(codecs.BOM_UTF8)
    names = ("empty.yaml", "bytes.yaml", "list.json", "manifest.json", "mark.yaml", "none.yaml", "configs")
    names += ("configs/market.yaml", "configs/sweeps/capital.yaml")
    file = str(folder / draw.choice(names))
    sized = SMALL[:4]
    commands = (
        ("validate", file),
        ("run", file, *SMALL, "--out", str(folder / "run")),
        ("report", file),
        ("report", str(root)),
        ("status", file),
        ("path", file, "0", "--strategy", "independent", "--set", "horizon_days=30"),
        ("compare", file, str(root / "none.yaml"), *sized),
        ("explain", "store.meta.cpm", "--config", file),
        ("sweep", file, "--worlds", "16", "--jobs", "1", "--quiet", "--out", str(folder / "sweep")),
    )
    words = draw.choice(commands)
    shown = " ".join(words).replace(str(folder), ".")
    return Case(shown, [words], around=Surroundings(sweep_is_read_only=True))


def sweep_axes(draw: Random, folder: Path) -> Case:
    """Give a small sweep odd axes; one in ten is run, the others are read."""
    shipped(folder)
    keys = (
        "wallet.capital",
        "store.meta.cpc",
        "store.returns.return_rate",
        "store.meta",
        "x.y",
        "horizon_days",
        "name",
    )
    points = (
        "[5000, 6000]",
        "[]",
        "[5000]",
        "[5000, 5000]",
        "5000",
        "{linspace: {from: 1, to: 2, n: 3}}",
        "{linspace: {from: 2, to: 1, n: 0}}",
        "{linspace: {from: 1, to: 1e308, n: 99999999}}",
        "{logspace: {from: 0, to: 2, n: 3}}",
        "{from: 1, to: 2}",
        f"[{draw.choice(ODD_VALUES)}, 1]",
    )
    design = draw.choice(("axes", "axes", "axes", "latin_hypercube", "sobol", "cells", "axis"))
    rows = [f"  {draw.choice(keys)}: {draw.choice(points)}" for _ in range(draw.randint(1, 3))]
    if design == "cells":
        rows = [f"  - {{{draw.choice(keys)}: {draw.choice(ODD_VALUES)}}}" for _ in range(draw.randint(1, 3))]
    head = "name: small\nbase: configs/market.yaml\nstrategies: [independent]\nset: {horizon_days: 30}\n"
    file = folder / "sweep.yaml"
    file.write_text("\n".join([f"{head}{design}:", *rows, ""]), encoding="utf-8")
    words = ("sweep", str(file), "--worlds", "16", "--jobs", "1", "--quiet", "--out", str(folder / "swept"))
    around = Surroundings(sweep_is_read_only=draw.random() < 0.9)
    return Case(f"{design}: {'; '.join(row.strip()[:80] for row in rows)}", [words], around=around)
