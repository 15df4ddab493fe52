"""Reading a scenario: places of errors, overrides, manifests, schema, pages."""

import json
from pathlib import Path

import jsonschema
import pytest

from sim.business.channels import channel, channel_names
from sim.business.parameters import parameters_of
from sim.randomness.distributions import Constant, DistributionError
from sim.randomness.distributions.families import LogNormal
from sim.scenario import ConfigError, explain, load, loads, schema
from sim.scenario.data_files import read_column
from sim.scenario.explanation import text

HEAD = "name: shop\nstrategies: {independent: [store]}\n"
PRICE = "store.prices.mean_value"


def refused(text, *overrides, name="s.yaml"):
    with pytest.raises(ConfigError) as error:
        loads(text, name, overrides)
    return str(error.value)


def priced(leaf, *overrides):
    return loads(HEAD + f"store: {{prices: {{mean_value: {leaf}}}}}\n", overrides=overrides).numbers()[PRICE]


@pytest.mark.parametrize(
    ("leaf", "value"),
    [("80", 80), ("8e1", 80), (".5", 0.5), ("1_000", 1000), ("0x50", 80), ("012", 12), ("700 CNY", 100)],
)
def test_numbers_as_yaml_writes_them(leaf, value):
    assert priced(leaf) == Constant(value)


@pytest.mark.parametrize("leaf", ['"7,000 CNY"', '"7e3 CNY"', "1000 USD"])
def test_amounts_with_a_currency(leaf):
    assert priced(leaf).value == pytest.approx(1000)


def ends(distribution):
    return [float(distribution.ppf(u)) for u in (0.05, 0.95)]


@pytest.mark.parametrize(
    ("leaf", "low", "high"),
    [
        ("60-90", 60, 90),
        ("60 to 90", 60, 90),
        ("420 to 630 CNY", 60, 90),
        ("420 CNY to 630 CNY", 60, 90),
        ("420-630 cny", 60, 90),
        ('"1,400 to 2,100 CNY"', 200, 300),
        ("60 to 90 USD", 60, 90),
        ("{mixture: {components: [420 to 630 CNY, 420 to 630 CNY], weights: [1, 1]}}", 60, 90),
    ],
)
def test_intervals_of_money(leaf, low, high):
    assert ends(priced(leaf)) == pytest.approx([low, high], rel=1e-6)
    assert ends(priced("5", f"{PRICE}={leaf}")) == pytest.approx([low, high], rel=1e-6)


def test_intervals_of_money_are_lognormal_like_those_without_a_currency():
    assert priced("700 to 1400 CNY") == priced("100 to 200")


@pytest.mark.parametrize(
    ("leaf", "low", "high"),
    [("45%", 0.45, 0.45), ("57 %", 0.57, 0.57), ("20% to 30%", 0.2, 0.3), ("20-30%", 0.2, 0.3), ("0.2-0.3", 0.2, 0.3)],
)
def test_percentages_where_a_fraction_is_asked_for(leaf, low, high):
    key = "store.goods.gross_margin"
    in_file = loads(HEAD + f"store: {{goods: {{gross_margin: {leaf}}}}}\n").numbers()[key]
    assert ends(in_file) == pytest.approx([low, high])
    assert loads(HEAD, overrides=[f"{key}={leaf}"]).numbers()[key] == in_file


def test_a_percentage_is_exactly_its_fraction():
    for percent in range(101):
        found = loads(HEAD, overrides=[f"store.goods.gross_margin={percent}%"])
        assert found.numbers()["store.goods.gross_margin"] == Constant(float(f"{percent / 100:.2f}"))


@pytest.mark.parametrize(
    "line", ["title: 我的店：第一家\n", "title: '备注： 见下'\n", "strategies: {独立站：一: [store]}\n"]
)
def test_a_full_width_colon_in_text_is_text(line):
    assert loads("name: shop\n" + line + ("" if "strategies" in line else "strategies: {independent: [store]}\n"))


def test_what_extends_under_a_name_of_its_own_does_not_go_under_the_title_of_its_base(tmp_path):
    def title(text):
        (tmp_path / "mine.yaml").write_text("extends: base.yaml\n" + text, encoding="utf-8")
        return load(tmp_path / "mine.yaml").title

    (tmp_path / "base.yaml").write_text(HEAD + "title: Benchmarks\n", encoding="utf-8")
    assert title("name: mine\n") == ""
    assert title("") == "Benchmarks"
    assert title("name: mine\ntitle: Mine\n") == "Mine"
    assert title("title: Mine\n") == "Mine"


def test_every_shipped_scenario_has_a_title_of_its_own():
    titles = [load(file).title for file in Path("configs").glob("*.yaml")]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    "line", ["store: {prices: {mean_value: yes}}", "market: {season: yes}", "market: {season: on}"]
)
def test_yes_is_text_and_not_a_truth_value(line):
    assert "found 'yes'" in refused(HEAD + line) or "found 'on'" in refused(HEAD + line)


def test_an_error_names_file_line_key_what_was_found_and_what_is_allowed():
    message = refused(HEAD + "store:\n  meta:\n    cpm: -3\n", name="configs/x.yaml")
    assert message == (
        "configs/x.yaml:5: store.meta.cpm: found -3; must be at least 0.001 (money per 1,000 impressions)"
    )


def test_a_wrong_row_of_correlations_is_named_by_its_own_line():
    message = refused(
        HEAD + "correlations:\n  - [store.meta.cpm, store.meta.ctr, 0.5]\n  - [store.meta.cpm, store.meta.crt, 0.5]\n"
    )
    assert message.startswith("s.yaml:5: correlations.1: found 'store.meta.crt'; no such number")


@pytest.mark.parametrize(("below", "above"), [("5", "[]"), ("[]", "5"), ("{x: 1}", "[]")])
def test_correlations_that_are_no_rows_are_refused_through_extends(tmp_path, below, above):
    (tmp_path / "base.yaml").write_text(f"{HEAD}correlations: {below}\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(f"extends: base.yaml\nname: mine\ncorrelations: {above}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"yaml:3: correlations(\.0)?: found .*; must be a list"):
        load(tmp_path / "mine.yaml")


def test_rows_of_correlations_keep_their_file_through_extends(tmp_path):
    row = "correlations:\n  - [store.meta.cpm, store.meta.ctr, {}]\n"
    for base_value, mine_value, culprit in ((0.5, 2, "mine.yaml:3"), (2, 0.5, "base.yaml:4")):
        (tmp_path / "base.yaml").write_text(HEAD + row.format(base_value), encoding="utf-8")
        (tmp_path / "mine.yaml").write_text("extends: base.yaml\n" + row.format(mine_value), encoding="utf-8")
        with pytest.raises(ConfigError, match=culprit):
            load(tmp_path / "mine.yaml")


def test_a_short_form_replaces_an_inherited_distribution_whole(tmp_path):
    (tmp_path / "base.yaml").write_text(
        HEAD + "store: {prices: {mean_value: {normal: {mean: 60, sd: 5}, truncate: [50, 70]}}}\n", encoding="utf-8"
    )
    (tmp_path / "mine.yaml").write_text(
        "extends: base.yaml\nstore: {prices: {mean_value: 60 to 90}}\n", encoding="utf-8"
    )
    found = load(tmp_path / "mine.yaml").numbers()[PRICE]
    assert isinstance(getattr(found, "inner", found), LogNormal)
    assert found.ppf(0.95) == pytest.approx(90)


def test_extends_may_go_up_and_through_folders(tmp_path):
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "base.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "sweeps" / "a.yaml").write_text("extends: ../base.yaml\nname: a\n", encoding="utf-8")
    assert load(tmp_path / "sweeps" / "a.yaml").strategies == {"independent": ("store",)}


@pytest.mark.parametrize(
    ("override", "value"),
    [
        (f"{PRICE}=80", Constant(80.0)),
        (f" {PRICE} = 80 ", Constant(80.0)),
        (f"{PRICE}=700 CNY", Constant(100.0)),
        (f"{PRICE}={{uniform: {{low: 80, high: 80.0}}}}", None),
        ("store.prices={mean_value: 80}", Constant(80.0)),
        ("store.prices.mean_value.normal.mean=70", None),
    ],
)
def test_overrides_are_read_as_yaml(override, value):
    text = HEAD + "store: {prices: {mean_value: {normal: {mean: 60, sd: 5}}}}\n"
    found = loads(text, overrides=[override]).numbers()[PRICE]
    assert value is None or found == value
    if "normal.mean" in override:
        assert found.mean == pytest.approx(70)


def test_a_later_override_wins():
    assert priced("60", f"{PRICE}=70", f"{PRICE}=80") == Constant(80.0)
    assert priced("60", "store.prices={mean_value: 70, log_sd: 0.2}", f"{PRICE}=80") == Constant(80.0)


def test_an_override_wins_over_a_reading():
    plain = loads(HEAD + "readings: {margin: after_freight}\n", overrides=["store.goods.gross_margin=0.3"])
    assert plain.numbers()["store.goods.gross_margin"] == Constant(0.3)
    late = loads(HEAD, overrides=["store.goods.gross_margin=0.3", "readings.margin=after_freight"])
    assert late.numbers()["store.goods.gross_margin"] == Constant(0.3)


@pytest.mark.parametrize(
    "override",
    [
        f"{PRICE}=-1",
        f"{PRICE}=[1",
        f"{PRICE}=!!float 3",
        f"{PRICE}=",
        f"{PRICE}=60\nname: other",
        "store.prizes.mean_value=3",
        "nonsense.a.b=3",
        "name.first=3",
        "correlations.0=[a, b, 1]",
        "extends=market.yaml",
        "store.prices=5",
        "readings.margin=after",
        "title={a: b}",
    ],
)
def test_a_wrong_override_is_named_instead_of_a_line(override):
    message = refused(HEAD + "correlations: []\n", override)
    assert message.startswith("--set ")
    assert "s.yaml" not in message
    assert "\n" not in message


@pytest.mark.parametrize("override", ["", "=", "=3", "a", "a..b=3", ".a=3", "a.=3", "a\x00=1", "a\nb=1"])
def test_an_override_needs_a_key_and_a_value(override):
    assert refused(HEAD, override).endswith("write it as key.key=value")


def test_long_overrides_are_shortened_in_messages():
    assert len(refused(HEAD, f"{PRICE}=-{'1' * 5000}")) < 500


def manifest(folder, scenario, **others):
    file = folder / "manifest.json"
    file.write_text(json.dumps({"scenario": scenario, **others}), encoding="utf-8")
    return file


def test_a_manifest_repeats_its_scenario_and_may_be_changed(tmp_path):
    first = loads(HEAD, overrides=["readings.margin=after_freight", "store.goods.gross_margin=0.3"])
    file = manifest(tmp_path, first.to_mapping())
    assert load(file).sha256 == first.sha256
    assert load(file, ["horizon_days=60"]) == first.with_({"horizon_days": 60})


def test_a_manifest_may_carry_long_columns(tmp_path):
    values = [1000.0 + k / 7 for k in range(100_000)]
    big = loads(HEAD).with_({"wallet.capital": {"empirical": {"values": values}}})
    file = manifest(tmp_path, big.to_mapping())
    assert file.stat().st_size > 1_000_000
    assert load(file).sha256 == big.sha256


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"scenario": []}', '{"scenario"', "[" * 100_000, '{"scenario": {"name": NaN}}']
)
def test_json_that_is_no_manifest(content, tmp_path):
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"manifest\.json"):
        load(tmp_path / "manifest.json")


def column(folder, content, name="a"):
    (folder / "d.csv").write_bytes(content)
    return [(cell.ends[0], cell.unit) if cell.unit else cell.ends[0] for cell in read_column(folder, "d.csv", name)]


def test_a_column_is_read_as_spreadsheets_write_it(tmp_path):
    assert column(tmp_path, b"\xef\xbb\xbfa,b\r\n1, x\r\n 2.5 ,y\r\n") == [1.0, 2.5]
    assert column(tmp_path, b'day,a\n1,"3"\n\n2,4\n') == [3.0, 4.0]
    found = column(tmp_path, 'a\n10%\n$0.10\n"1,200"\n１２％\n1.5 CNY\n1e3\n'.encode())
    assert found == [(10.0, "%"), (0.1, "$"), 1200.0, (12.0, "%"), (1.5, "CNY"), 1000.0]


def test_cells_with_a_unit_are_worth_what_they_are_in_yaml(tmp_path):
    (tmp_path / "d.csv").write_text("rate,cpm\n10%,$9\n0.2,84 CNY\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(
        HEAD + "store:\n  returns: {return_rate: {empirical: {file: d.csv, column: rate}}}\n"
        "  meta: {cpm: {empirical: {file: d.csv, column: cpm}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"s\.yaml:5: store\.meta\.cpm: .*d\.csv', line 2: \$: write 9 USD"):
        load(tmp_path / "s.yaml")
    (tmp_path / "d.csv").write_text("rate,cpm\n10%,9 USD\n0.2,84 CNY\n", encoding="utf-8")
    numbers = load(tmp_path / "s.yaml").numbers()
    assert numbers["store.returns.return_rate"].values == (0.1, 0.2)
    assert numbers["store.meta.cpm"].values == (9.0, 12.0)


def test_a_column_may_be_shorter_than_its_neighbours(tmp_path):
    assert column(tmp_path, b"a,b\n1,1\n2,2\n,3\n,4\n") == [1.0, 2.0]
    assert column(tmp_path, b"b,a\n1,1\n2,2\n3\n") == [1.0, 2.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column 'a'"),
        (b"A;B\n1;2\n", "no column 'a'"),
        (b"a,a\n1,2\n", "more than one column 'a'"),
        (b"a\n1\n", "holds 1 numbers"),
        (b"a,b\n1,1\n,2\n3,3\n", "line 3: the cell is empty"),
        (b"a\n1\nsix\n", "line 3: 'six' is neither a number"),
        (b"a\n1\n0.1_5\n", "line 3: '0.1_5' is neither a number"),
        ("a\n1\n5万\n".encode(), "line 3: '5万' is no number: write 50000"),
        (b"a\n1\n5 to 6\n", "line 3: '5 to 6' is an interval"),
        (b"a\n1\ninf\n", "line 3: 'inf' is neither a number"),
        (b"a\n1\n1e999\n", "line 3: what is written must be a finite number"),
        (b"a\n1\n\xff\n", "cannot be read .*save it as UTF-8, in Excel as CSV UTF-8"),
        (b'a\n1\n"' + b"x" * 200_000 + b"\n", "cannot be read"),
    ],
)
def test_a_wrong_column_is_refused_with_its_row(content, message, tmp_path):
    with pytest.raises(DistributionError, match=message):
        column(tmp_path, content)


@pytest.mark.parametrize("file", ["../d.csv", "/etc/hostname", ".", "no.csv", "a\0b", "x" * 5000, ""])
def test_only_files_of_the_folder_are_read(file, tmp_path):
    with pytest.raises(DistributionError, match="data file"):
        read_column(tmp_path, file, "a")


def test_a_data_file_is_refused_by_size_before_it_is_read(tmp_path):
    with (tmp_path / "d.csv").open("wb") as handle:
        handle.truncate(50_000_001)
    with pytest.raises(DistributionError, match="larger than"):
        read_column(tmp_path, "d.csv", "a")


def test_the_schema_is_a_schema_and_knows_ranges_and_the_channels_defaults():
    found = schema()
    jsonschema.Draft202012Validator.check_schema(found)
    validator = jsonschema.Draft202012Validator(found)
    assert not validator.is_valid({"store": {"prices": {"mean_value": -3}}})
    assert not validator.is_valid({"store": {"funnel": {"cart_completion": 1.5}}})
    assert not validator.is_valid({"store": {"funnel": {"enabled": False}}})
    assert validator.is_valid({"store": {"prices": {"mean_value": "50 to 90"}}})
    sections = found["properties"]["store"]["properties"]
    assert sections["google"]["properties"]["kind"]["default"] == "search"
    assert "Unit: money" in sections["meta"]["properties"]["cpm"]["description"]
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("name", channel_names())
def test_a_default_of_a_channels_own_never_has_the_source_of_the_mechanisms(name):
    sections = schema()["properties"][name]["properties"]
    for part in channel(name).parts:
        of_mechanism = parameters_of(part.mechanism)
        for key, value, *source in part.defaults:
            found = part.parameters[key]
            assert (found.default, found.source) == (value, source[0] if source else "[j]")
            assert text(value) in explain(f"{name}.{part.section}.{key}")
            assert f"source:      {found.source}" in explain(f"{name}.{part.section}.{key}")
            shown = sections[part.section]["properties"][key]
            assert shown["default"] == value
            assert found.form in ("choice", "switch") or shown["description"].endswith(f"Source: {found.source}")
        for key in of_mechanism.keys() - part.values.keys():
            assert part.parameters[key] == of_mechanism[key]


@pytest.mark.parametrize(
    ("key", "default", "source"),
    [
        ("alibaba.disputes.return_rate", "{beta: {mean: 0.02, sd: 0.01}}", "[j]"),
        ("alibaba.disputes.handling_cost", "0", "[j] bulk goods are not sent back"),
        ("alibaba.opening.setup_days", "{uniform: {low: 7, high: 10}}", "F14"),
        ("aliexpress.commission.commission_rate", "{triangular", "F1: 5-8%"),
        ("aliexpress.goods.gross_margin", "{beta: {mean: 0.35, sd: 0.08}}", "Chinese sellers: 35%"),
        ("store.google.cpc", "{lognormal: {median: 0.75", "digitalpointllc.com"),
        ("store.meta.cpc", "{lognormal: {p5: 0.5", "F4"),
        ("store.stripe.fee_rate", "0.034", "stripe.com"),
        ("store.returns.return_rate", "{beta: {mean: 0.22, sd: 0.045}}", "F11"),
    ],
)
def test_shipped_sources_speak_of_their_values(key, default, source):
    page = explain(key)
    assert f"default:     {default}" in page
    assert f"source:      {source}" in page


def test_a_resolved_scenario_fits_the_schema():
    resolved = loads(HEAD + "readings: {margin: after_freight}\n").to_mapping()
    jsonschema.validate(resolved, schema())


@pytest.mark.parametrize("key", [key for key in schema()["properties"] if key != "readings"])
def test_every_key_of_the_head_has_a_page_or_a_table(key):
    assert key in explain(key, loads(HEAD))


def test_a_page_tells_what_there_is_to_know():
    page = explain("store.meta.cpm", loads(HEAD + "store: {meta: {cpm: 14}}\n"))
    for word in ("meaning:", "unit:", "range:", "default:", "source:", "in shop:     14"):
        assert word in page
    assert "in shop:     false" in explain("store.stock.enabled", loads(HEAD + "store: {stock: {enabled: false}}\n"))
    assert "Always on" in explain("store.funnel.enabled")


@pytest.mark.parametrize(
    ("key", "meant"), [("store.meta.cmp", "store.meta.cpm"), ("horizon", "horizon_days"), ("store.metta", "store.meta")]
)
def test_an_unknown_key_names_its_nearest(key, meant):
    with pytest.raises(ConfigError, match=meant):
        explain(key)


@pytest.mark.parametrize("key", ["", ".", "[", "x" * 3000, "store.", "\0"])
def test_a_senseless_key_is_refused(key):
    with pytest.raises(ConfigError):
        explain(key)


def test_a_path_may_be_text_or_a_path(tmp_path):
    (tmp_path / "s.yaml").write_text(HEAD, encoding="utf-8")
    assert load(str(tmp_path / "s.yaml")) == load(Path(tmp_path / "s.yaml"))
