"""Visits as people make them: only "I don't know", a danger sign, back, twice, two tabs, a file kept and loaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

from django.test import Client

from narrows.appraisal import appraise
from narrows.site import case_file
from narrows.site.ground import ground


def asked(client: Client, number: int) -> tuple[str, ...]:
    """What a screen asks."""
    answer = client.get(f"/spine/questions/{number}/")
    if answer.status_code == 302:
        return ()
    found = re.search(r'name="asked" value="([^"]+)"', answer.content.decode())
    assert found
    return tuple(found[1].split(","))


def walk(client: Client, reply: str) -> int:
    """Answers every screen in one way until no more is asked; how many screens it took."""
    for number in range(1, 80):
        names = asked(client, number)
        if not names:
            return number - 1
        answer = client.post(f"/spine/questions/{number}/", {"asked": ",".join(names), "rest": reply})
        assert answer.status_code == 302
        if answer["Location"].endswith("/stop/"):
            client.get("/spine/stop/")
    raise AssertionError("it never stops asking")


def test_only_i_do_not_know_ends_without_an_all_clear(begun: Client) -> None:
    screens = walk(begun, "unknown")
    assert screens >= 5
    text = begun.get("/spine/answer/").content.decode()
    assert "we cannot tell yet whether something is urgent" in text
    for phrase in ("nothing urgent", "No danger sign in your answers", "not urgent</"):
        assert phrase not in text


def test_rather_not_say_ends_without_an_all_clear(begun: Client) -> None:
    walk(begun, "refused")
    text = begun.get("/spine/answer/").content.decode()
    assert "No danger sign in your answers" not in text


def test_a_danger_sign_interrupts_at_once_with_the_number_of_the_country(begun: Client) -> None:
    names = asked(begun, 1)
    assert "saddle_numbness" in names
    assert "urinary_retention" in names
    said = dict.fromkeys(names, "false") | {"saddle_numbness": "true", "urinary_retention": "true"}
    answer = begun.post("/spine/questions/1/", {"asked": ",".join(names), **said})
    assert answer["Location"] == "/spine/stop/"
    text = begun.get("/spine/stop/").content.decode()
    assert "Go to an emergency department today" in text
    assert "999" in text
    # Going on is possible, and the answer keeps saying so first.
    assert begun.get("/spine/questions/2/").status_code == 200
    page = begun.get("/spine/answer/").content.decode()
    assert page.index("Go to an emergency department today") < page.index("For later")


def test_emergency_questions_come_first_and_in_groups(begun: Client) -> None:
    knowledge = ground()
    groups = {n for g in knowledge.question_groups.values() for n in g.findings}
    assert set(asked(begun, 1)) <= groups


def test_every_screen_offers_not_knowing_and_not_saying(begun: Client) -> None:
    text = begun.get("/spine/questions/1/").content.decode()
    names = asked(begun, 1)
    assert text.count('value="unknown"') == len(names) + 1  # and the button for all that is left open
    assert text.count('value="refused"') == len(names)


def test_an_open_question_is_pointed_out_and_nothing_is_lost(begun: Client) -> None:
    names = asked(begun, 1)
    answer = begun.post("/spine/questions/1/", {"asked": ",".join(names), names[0]: "false"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count('class="error"') == len(names) - 1
    assert re.search(rf'name="{names[0]}" value="false" checked', text)


def test_back_shows_what_was_answered_and_it_can_be_changed(begun: Client) -> None:
    names = asked(begun, 1)
    begun.post("/spine/questions/1/", {"asked": ",".join(names), "rest": "unknown"})
    again = begun.get("/spine/questions/1/").content.decode()
    assert again.count('value="unknown" checked') == len(names)
    begun.post("/spine/questions/1/", {"asked": ",".join(names), **dict.fromkeys(names, "false")})
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    assert all(held["findings"][n] is False for n in names)
    assert not set(names) & set(held["missing"])


def test_sending_twice_changes_nothing_more(begun: Client) -> None:
    names = asked(begun, 1)
    said = {"asked": ",".join(names), **dict.fromkeys(names, "false")}
    one = begun.post("/spine/questions/1/", said)
    two = begun.post("/spine/questions/1/", said)
    assert one["Location"] == two["Location"] == "/spine/questions/2/"
    assert len(begun.session["screens"]) == 1


def test_two_tabs_do_not_mix_their_answers(begun: Client) -> None:
    first = asked(begun, 1)
    begun.post("/spine/questions/1/", {"asked": ",".join(first), **dict.fromkeys(first, "false")})
    second = asked(begun, 2)
    # The other tab still shows screen 1 and sends it now.
    begun.post("/spine/questions/1/", {"asked": ",".join(first), "rest": "unknown"})
    begun.post("/spine/questions/2/", {"asked": ",".join(second), **dict.fromkeys(second, "false")})
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    assert set(first) <= set(held["missing"])
    assert set(second) <= set(held["findings"])


def test_a_contradiction_is_told_and_not_taken(ruth: Client) -> None:
    before = json.loads(ruth.get("/spine/narrows-case.json").content)
    answer = ruth.post("/spine/questions/1/", {"asked": "age", "age.number": "900"})
    assert answer.status_code == 422
    assert json.loads(ruth.get("/spine/narrows-case.json").content)["findings"] == before["findings"]


def test_one_visitor_never_sees_another(begun: Client, visitor: Callable[[], Client]) -> None:
    other = visitor()
    assert other.get("/spine/answer/").status_code == 410
    other.cookies["narrows_visit"] = "x" * 43
    assert other.get("/spine/answer/").status_code == 410


def test_forgetting_is_at_once(ruth: Client) -> None:
    name = ruth.cookies["narrows_visit"].value
    assert ruth.post("/spine/forget/").status_code == 302
    ruth.cookies["narrows_visit"] = name
    assert ruth.get("/spine/answer/").status_code == 410


def test_a_visit_ends_after_two_hours(ruth: Client, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import time

    later = time.time() + 2 * 3600 + 5
    monkeypatch.setattr("narrows.site.visits.time.time", lambda: later)
    assert ruth.get("/spine/answer/").status_code == 410


def test_the_file_says_what_the_library_says(ruth: Client) -> None:
    kept = json.loads(ruth.get("/spine/narrows-case.json").content)
    case = case_file.case_of(dict(kept))
    assert kept["saved"]["criteria"] == appraise(case, ground()).criteria
    text = ruth.get("/spine/answer/").content.decode()
    assert "Lumbar spinal stenosis with neurogenic claudication" in text


def test_a_file_goes_out_and_comes_in_again_as_json_and_toml(ruth: Client, visitor: Callable[[], Client]) -> None:
    kept = ruth.get("/spine/narrows-case.json").content.decode()
    written = ruth.get("/spine/narrows-case.toml").content.decode()
    for text in (kept, written):
        other = visitor()
        assert other.post("/spine/load/", {"text": text}).status_code == 302
        again = json.loads(other.get("/spine/narrows-case.json").content)
        assert again == json.loads(kept)


def test_a_baseline_is_dated_hashed_and_shows_when_it_was_changed(ruth: Client, visitor: Callable[[], Client]) -> None:
    ruth.post("/spine/keep/", {"product": "cord cells", "price": "6000 USD", "promise": "I will walk a mile"})
    kept = json.loads(ruth.get("/spine/narrows-case.json").content)
    held = json.loads(kept["saved"]["baseline"])
    assert held["taken_on"] == kept["as_of"]
    assert held["facts"]["walking_distance"] == 250
    assert held["facts"]["offer_promise"] == "I will walk a mile"
    plain = {"taken_on": held["taken_on"], "facts": held["facts"]}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert held["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    later = visitor()
    later.post("/spine/load/", {"text": json.dumps(kept)})
    assert "its hash agrees" in later.get("/spine/answer/").content.decode()
    held["facts"]["walking_distance"] = 50
    kept["saved"]["baseline"] = json.dumps(held)
    other = visitor()
    other.post("/spine/load/", {"text": json.dumps(kept)})
    assert "its hash does not agree" in other.get("/spine/answer/").content.decode()


def test_a_wrong_file_is_refused_whole_with_every_reason(client: Client) -> None:
    answer = client.post("/spine/load/", {"text": '[findings]\nagee = 70\nage = 900\nsex = "robot"'})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("<li>") >= 3
    assert "did you mean age" in text
    assert client.get("/spine/answer/").status_code == 410


def test_a_scan_by_hand_counts(begun: Client) -> None:
    answer = begun.post("/spine/scan/", {"what": "hand", "level": "L4-L5", "schizas_grade": "D", "dural_sac_csa": "48"})
    assert answer.status_code == 302
    held = json.loads(begun.get("/spine/narrows-case.json").content)
    assert held["levels"] == {"L4-L5": {"schizas_grade": "D", "dural_sac_csa": 48.0}}
    wrong = begun.post("/spine/scan/", {"what": "hand", "level": "L4-L5", "dural_sac_csa": "48000"})
    assert wrong.status_code == 422
    assert begun.post("/spine/scan/", {"what": "hand", "level": "", "schizas_grade": "D"}).status_code == 422
    begun.post("/spine/scan/", {"what": "remove", "level": "L4-L5"})
    assert json.loads(begun.get("/spine/narrows-case.json").content)["levels"] == {}


def test_papers(ruth: Client) -> None:
    answer = ruth.get("/spine/answer.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "no-store" in answer["Cache-Control"]


def test_the_offer_page_starts_from_the_reason_and_names_what_was_not_offered(client: Client) -> None:
    said = {"reason": "walking", "product": "exosomes", "place": "unsure", "price": "<b>5000</b>", "country": "US",
            "promise": ["approved", "no-risk"], "deadline": "yes"}  # fmt: skip
    answer = client.post("/injection/", said)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.index("To want to walk again") < text.index("What is known of exactly this")
    assert "&lt;b&gt;5000" in text
    assert "Exercise and physiotherapy" in text
    assert "United States" in text
    assert "How to step back" in text
    assert ground().claims["reg-registered"].because[:40] in text
    assert "Set-Cookie" not in answer or "narrows_visit" not in str(answer.cookies)


def test_every_offer_that_can_be_named_has_a_page(client: Client) -> None:
    from narrows.site.offers import words

    known = ground()
    for row in words()["promise"]:
        assert row["claim"] in known.claims
    for product in words()["product"]:
        assert set(product["options"].values()) <= set(known.options)
        for place in words()["place"]:
            said = {"reason": "other", "product": product["id"], "place": place["id"], "deadline": "no"}
            assert client.post("/injection/", said).status_code == 200


def test_an_offer_without_answers_points_at_what_is_open(client: Client) -> None:
    answer = client.post("/injection/", {"product": "nothing"})
    assert answer.status_code == 422
    assert 'href="#q-reason"' in answer.content.decode()


def test_comparison_for_this_person_and_in_general(ruth: Client) -> None:
    said = {"option": ["decompression", "msc-epidural"], "value": ["cost"], "whom": "me"}
    mine = ruth.post("/compare/", said).content.decode()
    assert "For you, with your answers." in mine
    # What matters stands before the harms, and the harms are there all the same.
    assert mine.index(">Practical") < mine.index(">Harms")
    general = ruth.post("/compare/", said | {"whom": "general"}).content.decode()
    assert "In general, not for one person." in general
    skipped = ruth.post("/compare/", {"option": said["option"]}).content.decode()
    assert "recorded as skipped" in skipped
    assert ruth.post("/compare/", {"option": ["decompression"]}).status_code == 422
    assert ruth.post("/compare/", {"option": ["decompression", "nonsense"]}).status_code == 422


def test_what_if_changes_the_answer_and_not_the_case(ruth: Client) -> None:
    before = ruth.get("/spine/narrows-case.json").content
    answer = ruth.post("/clinician/what-if/", {"finding": "spondylolisthesis_slip", "level": "L4-L5", "value": "4"})
    assert "stands differently" in answer.content.decode()
    assert ruth.get("/spine/narrows-case.json").content == before
    for wrong in ({"finding": "age", "value": "old"}, {"finding": "nothing", "value": "1"},
                  {"finding": "schizas_grade", "level": "", "value": "D"}):  # fmt: skip
        assert ruth.post("/clinician/what-if/", wrong).status_code == 422


def test_the_clinicians_form_holds_the_whole_dictionary(ruth: Client) -> None:
    text = ruth.get("/clinician/form/").content.decode()
    for name in ground().findings:
        assert f'name="{name}"' in text
    answer = ruth.post("/clinician/form/", {"level": "L4-L5", "age": "80", "hba1c": "", "dural_sac_csa": "55"})
    assert answer.status_code == 302
    held = json.loads(ruth.get("/spine/narrows-case.json").content)
    assert held["findings"]["age"] == 80
    assert held["levels"]["L4-L5"]["dural_sac_csa"] == 55
    assert ruth.post("/clinician/form/", {"level": "L4-L5", "age": "eighty"}).status_code == 422
