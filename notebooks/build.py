"""Write and execute the notebooks: ``python notebooks/build.py`` from the project's folder (extra ``docs``).

Their cells stand here, so that a change of the package's words is made in one place; what is committed is executed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent

START = """import os
from pathlib import Path

if not Path("configs").is_dir():
    os.chdir("..")
%matplotlib inline
%config InlineBackend.figure_formats = ["svg"]
import sim"""

SIZE = "worlds=512, replicates=4"
"""Small, so that a notebook runs in seconds; intervals say how much that costs."""

BOOKS: dict[str, list[str]] = {
    "01_first_run": [
        "# A first run\n\nHow likely is a profit with the article's figures: own store, platforms, or both?",
        START,
        'scenario = sim.load("configs/article.yaml")\nscenario',
        "What an order is expected to bring and to cost, before anything is simulated.",
        "expected = sim.per_order(scenario)\n"
        'expected.pivot(index="line", columns=["strategy", "channel"], values="mean").reindex(expected["line"].unique()).round(2)',
        f"result = sim.run(scenario, {SIZE})\nresult",
        "The chance of a settled profit by month. Bars are simulation error; the thin lines at the right show how far the chance "
        "depends on what you do not know.",
        'result.plot.probability_of_profit(theme="light").figure',
        "How differently it may end, week by week: a range of outcomes, not an error of the figure.",
        'result.plot.profit_fan("aliexpress", theme="light").figure',
        "What one order brought and cost, and the points at which it neither brings nor costs.",
        "orders = result.per_order()\n"
        'orders.pivot(index="line", columns="strategy", values="mean").reindex(orders["line"].unique()).round(2)',
        'result.break_even().pivot(index="point", columns="strategy", values="value").round(3)',
        'result.statement("aliexpress").query("month == 8")[["line", "mean", "p5", "p95"]]',
    ],
    "02_your_own_numbers": [
        "# Your own numbers\n\nReplace what you know; leave the rest as uncertain as it is. A range such as `60 to 90` is a 90% interval.",
        START,
        'from sim.scenario import explain\n\nprint(explain("store.goods.gross_margin"))',
        'article = sim.load("configs/article.yaml")\n'
        'mine = sim.load("configs/article.yaml", ["store.goods.gross_margin=0.6", "store.prices.mean_value=120 to 200"])\n'
        f'compared = sim.compare({{"the article": article, "mine": mine}}, {SIZE})\ncompared',
        "Both saw the same worlds and the same luck, so the difference is an effect and not noise. The same as a frame:",
        'compared.to_frame().query("month == 8").drop(columns=["scenario", "month", "against"]).round(3)',
        "What is worth finding out first, before money is spent?",
        f"result = sim.run(mine, {SIZE})\nlearned = sim.learn(result)\nlearned",
        "The numbers that explain most of how the money ends, by strategy: shares of its variance.",
        'shares = learned.to_frame("shares").query("outcome == \'money\' and month == 8")\n'
        'shares.sort_values("share", ascending=False).groupby("strategy").head(2)[["strategy", "input", "share", "noise_floor"]]',
        'result.plot.drivers("independent", outcome="money", count=3, theme="light").figure',
    ],
    "03_store_platform_dual": [
        "# Store, platform, or both\n\nEvery strategy lives through the same market; both on one wallet share the cash.",
        START,
        f'result = sim.run(sim.load("configs/market.yaml"), {SIZE})\nresult',
        'result.plot.final_profit(["aliexpress", "independent"], theme="light").figure',
        'result.plot.paired_difference(a="aliexpress", b="independent", theme="light").figure',
        'result.compare("aliexpress", "independent")',
        'result.plot.time_to_profit("dual", event="stable", theme="light").figure',
    ],
    "04_freezes_and_cash": [
        "# Freezes and cash\n\nA frozen account takes money away just when bills are due.",
        START,
        f'scenario = sim.load("configs/article.yaml", ["strategies={{independent: [store]}}"])\nresult = sim.run(scenario, {SIZE})',
        'result.plot.freezes("independent", theme="light").figure',
        "The history with the most money locked, day by day.",
        'import numpy as np\n\nworst = int(np.argmax(result.record("independent").paths["store.paypal_freeze.frozen_money"]))\n'
        'result.plot.path_calendar(path=worst, strategy="independent", theme="light").figure',
        "How much starting money keeps the chance of running out of cash at 5%? The same shocks with another wallet.",
        "sim.capital_needed(scenario, 0.05, worlds=256, replicates=4)",
    ],
    "05_how_sure_are_we": [
        "# How sure are we?\n\nThree kinds of doubt: simulation error shrinks with more paths, the parameter band does not, and the range of outcomes "
        "is life.",
        START,
        'scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}"])\n'
        "few, many = (sim.run(scenario, worlds=worlds, replicates=4) for worlds in (256, 1024))",
        'for result in (few, many):\n    [chance] = result.probability_of_profit().query("month == 8").itertuples()\n'
        '    band = result.sample.parameter_bands(result.profitable("independent"))[-1]\n'
        '    print(f"{result.plan.worlds} worlds: {chance.estimate:.0%} ± {(chance.high - chance.low) / 2:.1%}; "\n'
        '          f"depending on what is not known {band.low:.0%} to {band.high:.0%}")',
        "After a month you know more. Only the paths that agree with what you saw count from then on.",
        'seen = many.given("independent.orders[1] >= 5", "independent.acos[1] between 0.2 and 0.6")\n'
        "seen.sample.kept.paths, seen.sample.kept.worlds",
        'seen.probability_of_profit().query("month == 8")',
        'seen.plot.probability_of_profit(theme="light").figure',
    ],
}


def cells(texts: list[str]) -> list[nbformat.NotebookNode]:
    """Return cells: prose begins with a capital letter or a heading and holds no call."""
    v4 = nbformat.v4
    return [v4.new_markdown_cell(text) if prose(text) else v4.new_code_cell(text) for text in texts]


def prose(text: str) -> bool:
    """Whether a cell is prose."""
    return text.startswith("#") or (
        text[0].isupper() and "=" not in text and "(" not in text.split("\n", maxsplit=1)[0][:20]
    )


def build(name: str, texts: list[str], folder: Path) -> None:
    """Execute one notebook and write it."""
    book = nbformat.v4.new_notebook(
        cells=cells(texts), metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    for position, cell in enumerate(book.cells):
        cell.id = f"cell-{position}"
    NotebookClient(book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)
    book.metadata.pop("language_info", None)
    nbformat.write(book, folder / f"{name}.ipynb")


def main(folder: Path = HERE) -> None:
    """Build all notebooks."""
    for name, texts in BOOKS.items():
        build(name, texts, folder)
        print(f"{name}.ipynb", file=sys.stderr)


if __name__ == "__main__":
    main()
