"""Forest plots: well-formed, keyed by id, readable without eyes."""

import xml.etree.ElementTree as ElementTree

import pytest

from narrows.evidence import forest, outcomes_of
from narrows.evidence.effects import Effect
from narrows.evidence.pooling import pool

SVG = "{http://www.w3.org/2000/svg}"
EFFECTS = [
    Effect(study="A & B <1>", yi=0.2, vi=0.04),
    Effect(study="C", yi=0.9, vi=0.09),
    Effect(study="D", yi=-0.4, vi=9),
]


def drawn(model="REML", measure="MD", **more):
    made = forest.lines(pool(EFFECTS, measure=measure, model=model, ci="wald"))
    ratio = measure == "OR"
    return made, ElementTree.fromstring(forest.svg(made, title="A title", axis="points", ratio=ratio, **more))


def test_every_line_is_keyed_by_its_id():
    made, root = drawn()
    assert [g.get("data-id") for g in root.iter(f"{SVG}g")] == [line.id for line in made]
    assert [line.id for line in made] == ["A & B <1>", "C", "D", "pooled", "prediction"]


def test_a_common_effect_has_no_prediction_line():
    made, _ = drawn(model="fixed")
    assert made[-1].id == "pooled"


def test_it_has_a_title_a_description_and_real_text():
    _, root = drawn(name="plot-2", foot="I² 0 %")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "plot-2-title plot-2-desc"
    assert "Pooled (REML)" in root.find(f"{SVG}desc").text
    texts = [t.text for t in root.iter(f"{SVG}text")]
    assert "C" in texts
    assert any("95 % interval" in t for t in texts)


def test_everything_stays_inside_the_picture_and_far_intervals_end_in_arrows():
    _, root = drawn()
    width = float(root.get("viewBox").split()[2])
    for line in root.iter(f"{SVG}line"):
        assert 0 <= float(line.get("x1")) <= width
        assert 0 <= float(line.get("x2")) <= width
    group = next(g for g in root.iter(f"{SVG}g") if g.get("data-id") == "D")
    assert len(list(group.iter(f"{SVG}polygon"))) == 2


def test_ratios_are_shown_as_ratios():
    made, _ = drawn(measure="OR")
    assert made[1].value == pytest.approx(2.4596, abs=1e-4)
    assert all(line.low > 0 for line in made)


def test_a_long_title_is_broken_not_cut():
    made, _ = drawn()
    title = "a rather long title that says what is compared with what " * 3
    root = ElementTree.fromstring(forest.svg(made, title=title.strip(), axis="points"))
    bold = [t.text for t in root.iter(f"{SVG}text") if t.get("font-size") == "17"]
    assert " ".join(bold) == title.strip()


def test_the_table_holds_the_same_numbers():
    made, _ = drawn()
    root = ElementTree.fromstring(forest.table(made, caption="Numbers & more"))
    rows = root.findall("tbody/tr")
    assert [r.get("data-id") for r in rows] == [line.id for line in made]
    assert rows[1].find("td").text == "0.90"
    assert root.find("caption").text == "Numbers & more"


def test_nothing_to_draw_is_an_error():
    with pytest.raises(ValueError, match="no line"):
        forest.svg([], title="t", axis="a")


def test_outcomes_of_an_option_give_their_lines(known):
    every = outcomes_of("acupuncture", "lumbar-spinal-stenosis", known)
    found = next(o for o in every if o.basis == "pooled")
    made = forest.lines_of(found, {"acupuncture-2020": "Small trial"})
    assert [line.id for line in made] == ["acupuncture-2024", "acupuncture-2020", "pooled", "prediction"]
    assert made[1].label == "Small trial"
    assert made[2].value == found.difference.value
    assert made[3].low == found.prediction.low
    picture = forest.svg(made, title=found.label, axis=found.unit, left="better", right="worse")
    assert picture.endswith("</svg>")
    single = next(o for o in every if o.outcome == "responder-30")
    (line,) = forest.lines_of(single)
    assert (line.low, line.high) == (0.016, 0.304)  # as printed, not made symmetrical
    assert forest.lines_of(outcomes_of("opioid", "lumbar-spinal-stenosis", known)[0]) == ()
