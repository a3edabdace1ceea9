"""`narrows pool`: files and knowledge in, table and JSON out, every fault named."""

import json

import pytest

from narrows.cli import main

MEANS = "study,mean1,sd1,n1,mean2,sd2,n2\nA,10,5,20,14,6,22\nB,12,7,30,13,6,31\nC,9,5,40,13,5,41\n"
COUNTS = "study,events1,n1,events2,n2\nA,0,50,3,52\nB,2,100,5,98\nC,1,40,4,41\n"
EFFECTS = "study,yi,vi\nA,0.3,0.04\nB,0.9,0.02\n"


@pytest.fixture
def pooled(tmp_path, capsys):
    def run(text, *flags, name="f.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["pool", "--studies", str(path), *flags])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def answer(pooled, text, *flags):
    code, out, err = pooled(text, "--json", *flags)
    assert code == 0, err
    return json.loads(out)


def test_the_contract_has_all_its_keys(pooled):
    found = answer(pooled, EFFECTS, "--model", "REML", "--ci", "hksj")
    wanted = {"estimate", "ci_low", "ci_high", "prediction_low", "prediction_high", "tau2", "i2", "q", "k", "model"}
    assert wanted <= set(found)
    assert set(found["studies"][0]) == {"study", "yi", "vi", "weight"}
    assert found["model"] == "REML"
    # metafor 3.8-1: rma(c(.3, .9), c(.04, .02), test = "knha"), and predict() of it
    assert found["tau2"] == pytest.approx(0.15, abs=1e-6)
    assert found["ci_low"] == pytest.approx(-3.18930770601, abs=1e-6)
    assert found["prediction_high"] == pytest.approx(6.83780697573, abs=1e-6)


def test_one_study_is_given_as_it_is(pooled):
    found = answer(pooled, "study,yi,vi\nA,0.3,0.04\n", "--model", "REML", "--ci", "hksj")
    assert (found["k"], found["tau2"], found["i2"], found["q"]) == (1, 0, 0, 0)
    assert found["ci_low"] == pytest.approx(-0.0919927969, abs=1e-9)
    assert found["ci"] == "wald"
    assert any("one study" in note for note in found["notes"])


def test_ratios_are_ratios_and_studies_stay_on_the_log_scale(pooled):
    found = answer(pooled, COUNTS, "--measure", "OR", "--model", "fixed", "--ci", "wald")
    assert 0 < found["ci_low"] < found["estimate"] < found["ci_high"] < 1.2
    assert found["studies"][0]["yi"] < 0
    assert found["prediction_low"] is None
    assert any("--model MH" in note for note in found["notes"])


@pytest.mark.parametrize(("model", "measure"), [("MH", "OR"), ("MH", "RR"), ("MH", "RD"), ("Peto", "OR")])
def test_rare_events_have_their_own_models(pooled, model, measure):
    found = answer(pooled, COUNTS, "--model", model, "--measure", measure)
    assert found["model"] == model
    assert found["tau2"] == 0


def test_differences_are_first_minus_second(pooled):
    found = answer(pooled, MEANS, "--measure", "MD", "--model", "DL", "--ci", "wald")
    assert found["studies"][0]["yi"] == -4
    assert found["studies"][0]["vi"] == pytest.approx(25 / 20 + 36 / 22)
    assert sum(s["weight"] for s in found["studies"]) == pytest.approx(100)
    assert [left["without"] for left in found["leave_one_out"]] == ["A", "B", "C"]


def test_defaults_are_shown_not_silent(pooled):
    notes = " ".join(answer(pooled, COUNTS)["notes"])
    assert "REML" in notes
    assert "wald" in notes
    assert "odds ratios" in notes


def test_the_table_fits_eighty_columns(pooled):
    code, out, _ = pooled(MEANS.replace("A,", "A very long name of a study that goes on and on and on,"))
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "Without one study at a time" in out


@pytest.mark.parametrize(("mark", "before"), [(";", ","), ("\t", ",")])
def test_other_delimiters_and_a_byte_order_mark_are_read(pooled, mark, before):
    found = answer(pooled, b"\xef\xbb\xbf" + EFFECTS.replace(before, mark).encode())
    assert found["k"] == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("study,yi\nA,1\n", "no known kind"),
        ("study,yi,v\nA,1,2\n", "no known kind"),
        ("study,yi,vi\n", "no study below"),
        ("study,yi,vi\nA,1,0\n", "vi = 0"),
        ("study,yi,vi\nA,1,-1\n", "vi = -1"),
        ("study,yi,vi\nA,nan,1\n", "yi = 'nan'"),
        ("study,yi,vi\nA,inf,1\n", "yi = 'inf'"),
        ("study,yi,vi\nA,1_0,1\n", "not a finite number"),
        ("study,yi,vi\nA,1\n", "2 values under 3 columns"),
        ("study,yi,vi\nA,1,1\nA,2,1\n", "'A' stands twice"),
        ("study,yi,vi\n,1,1\n", "no name"),
        ("study,yi,vi,yi\nA,1,1,2\n", "column 'yi' stands twice"),
        ("study,events1,n1,events2,n2\nA,5,3,1,9\n", "events1 = 5 and n1 = 3"),
        ("study,events1,n1,events2,n2\nA,-1,3,1,9\n", "events1 = -1"),
        ("study,events1,n1,events2,n2\nA,0,0,1,9\n", "n1 = 0"),
        ("study,mean1,sd1,n1,mean2,sd2,n2\nA,1,0,9,1,1,9\n", "sd1 = 0"),
        ("study,mean1,sd1,n1,mean2,sd2,n2\nA,1,1,1,1,1,9\n", "n1 = 1"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(pooled, text, says):
    code, out, err = pooled(text, "--json")
    assert code == 2
    assert out == ""
    assert says in err


def test_all_problems_of_a_file_are_reported_together(pooled):
    _, _, err = pooled("study,yi,vi\nA,x,1\nB,1,y\n")
    assert "line 2" in err
    assert "line 3" in err


@pytest.mark.parametrize(
    ("text", "flags", "says"),
    [
        (EFFECTS, ["--measure", "OR"], "leave it out"),
        (MEANS, ["--measure", "OR"], "choose MD or SMD"),
        (COUNTS, ["--measure", "MD"], "choose OR or RR or RD"),
        (MEANS, ["--model", "MH"], "needs counts"),
        (COUNTS, ["--model", "Peto", "--measure", "RR"], "it gives OR alone"),
        (COUNTS, ["--model", "MH", "--ci", "hksj"], "leave --ci out"),
        (EFFECTS, ["--outcome", "odi"], "not both"),
        (EFFECTS, ["--model", "ML"], "invalid choice"),
    ],
)
def test_what_does_not_go_together_is_refused(pooled, text, flags, says):
    code, out, err = pooled(text, *flags)
    assert code == 2
    assert out == ""
    assert says in err


def test_no_event_in_any_study_is_an_error_for_ratios(pooled):
    none = "study,events1,n1,events2,n2\nA,0,50,0,52\nB,0,100,0,98\n"
    for model in ("MH", "Peto"):
        code, _, err = pooled(none, "--model", model)
        assert code == 2
        assert "event" in err


def test_a_forest_plot_is_written(pooled, tmp_path):
    target = tmp_path / "f.svg"
    assert pooled(MEANS, "--forest", str(target))[0] == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert pooled(MEANS, "--forest", str(tmp_path / "no" / "f.svg"))[0] == 2


def test_a_question_to_the_knowledge(capsys):
    flags = ["--outcome", "odi", "--months", "24", "--option", "decompression", "--versus", "usual-care"]
    assert main(["pool", *flags, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["estimate"] == -4.43
    assert found["certainty"]["level"] == "low"
    assert {"row", "study", "why"} == set(found["left_out"][0])
    assert found["knowledge"]["sha256"]
    assert main(["pool", *flags]) == 0
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "Left out" in out
    assert "Certainty: low" in out


def test_a_question_without_its_parts_is_refused(capsys):
    assert main(["pool", "--outcome", "odi"]) == 2
    err = capsys.readouterr().err
    assert "--months is missing" in err
    assert "--option is missing" in err
