"""What may stand in Latin letters on a Chinese screen: the one list of names, and `runs_of`, which finds all else."""

import re
from html import unescape

BRANDS = {
    *(
        "Alibaba.com",
        "AliExpress",
        "Amazon",
        "Google Shopping",
        "Google",
        "Meta",
        "Facebook",
        "PayPal",
        "Stripe",
        "DHL",
    ),
    *("Shopify", "Magento", "Excel", "Dask", "DuckDB", "Jupyter", "Python", "Online Retail II", "CDNOW", "Littledata"),
    *("Conjura", "superads.ai", "deepsolv.ai", "ECB", "Student t", "seller-sim", "numpy", "pandas", "scipy", "pyarrow"),
    *("joblib", "pydantic", "CSV UTF-8", "YAML", "JSON", "UTF-8", "GBK", "SELECT", "Monte Carlo", "git", "sha256"),
}
"""Companies, products, programs and data sets."""

ABBREVIATIONS = {
    *(
        "ACoS",
        "ROAS",
        "CPC",
        "CPM",
        "CTR",
        "CAC",
        "ARPU",
        "AOV",
        "RFQ",
        "P4P",
        "ERP",
        "CRM",
        "CDN",
        "VAT",
        "SKU",
        "FBA",
    ),
    *(
        "IOSS",
        "DDP",
        "EU",
        "US",
        "USD",
        "CNY",
        "EUR",
        "GBP",
        "PER",
        "F",
        "GMV",
        "KPI",
        "SEO",
        "ID",
        "Q",
        "IQR",
        "P",
        "CV",
    ),
}

WORDS_OF_A_FILE = {
    *("true", "false", "null", "random", "expected", "sobol", "latin_hypercube", "lognormal", "normal", "beta", "pert"),
    *("uniform", "triangular", "gamma", "choice", "mixture", "empirical", "truncate", "median", "mean", "sd", "log_sd"),
    *("p5", "p50", "p95", "mode", "values", "weights", "components", "file", "column", "low", "high", "from", "to"),
    *("between", "and", "in", "min", "max", "n", "x"),
}
"""What is typed in a scenario, whatever the language."""

NAMES = sorted({*BRANDS, *ABBREVIATIONS, *WORDS_OF_A_FILE}, key=len, reverse=True)

TYPED = re.compile(
    r"""(?x)
      https?://\S+                                   # an address
    | \b[\w.-]+\.(?:com|cn|io|org|ai|html|yaml|yml|json|csv|parquet|md|jsonl|py|toml|svg|png)\b[\w/.-]*
    | [\w.~-]*/[\w./~-]+                             # a path
    | --?[a-z][\w-]*(?:[ =][A-Z]+=?[A-Z]*)?          # an option
    | \bsim\ (?:[a-z]+)(?:\ [\w./:<>=-]+)*           # a command
    | \bpip\ install\ \S+
    | \b[a-z]\w*(?:[._\[][\w*\]]+)+                  # a key, a name with underlines
    | [\[{][^\[\]{}]*[\]}]                           # a value as a file holds it
    """
)
WORD = r"[A-Za-z][A-Za-z'’-]*"
RUN = re.compile(rf"{WORD}(?:[ \u00a0]+{WORD}){{2,}}")


def text_of(page):
    """Return what people read of a page: without its scripts, styles and tags, but with the texts of its pictures."""
    bare = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", page)
    spoken = re.findall(r"(?:aria-label|alt|title)=\"([^\"]*)\"", bare)
    return unescape("\n".join([re.sub(r"<[^>]*>", "\n", bare), *spoken]))


def runs_of(text):
    """Return every run of three or more Latin words that are no names."""
    left = TYPED.sub(" ・ ", text)
    for name in NAMES:
        left = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "・", left)
    return [" ".join(run.split()) for run in RUN.findall(left)]
