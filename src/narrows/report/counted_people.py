"""Of one hundred people: what was counted in both arms of one study, drawn; and what nobody counted, said."""

from __future__ import annotations

from narrows.appraisal.answer import Appraisal
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, icon_array, option_table, words
from narrows.report.content import Block, Columns, Heading, Paragraph, Section, line
from narrows.report.language import counted, said
from narrows.report.source_list import SourceList


def section(appraisal: Appraisal, knowledge: Knowledge, sources: SourceList) -> Section:
    """Icon arrays: only where people were counted, both arms from one comparison."""
    blocks: list[Block] = []
    shown = 0
    for option in option_table.ordered(appraisal.options):
        if shown == 2:
            break
        for responders in expected_outcome.of(option, knowledge).responders[:1]:
            shown += 1
            title = said("{treatment}: of 100 people", treatment=said(option.name))
            if responders.months:
                title = said("{title} after {months}", title=title, months=words.months(responders.months))
            blocks.append(Heading(3, title))
            blocks.append(
                Columns(
                    tuple(
                        (icon_array.picture(arm, responders.counted, harm=responders.harm),) for arm in responders.arms
                    ),
                    look="card",
                )
            )
            blocks.append(
                Paragraph(
                    line(
                        said(
                            "Dark: at least so many. Light: perhaps so many. "
                            "Both groups come from one study; {population}. "
                            "It counted real people. It cannot tell what happens to you.",
                            population=responders.population,
                        ),
                        *sources.refs((responders.study,)),
                    ),
                    "soft",
                )
            )
            blocks.append(icon_array.table(responders.arms, responders.counted))
    unstudied = [
        o
        for o in appraisal.options
        if knowledge.options.get(o.option)
        and knowledge.options[o.option].evidence_in_stenosis == "none-found"
        and o.family == "cell-or-blood-product"
    ]
    if not blocks:
        blocks.append(
            Paragraph(
                line(
                    said(
                        "For no treatment that may fit you did a study in stenosis print how many people got better in "
                        "both groups. So there is no picture here. A picture would be made up."
                    )
                )
            )
        )
    if unstudied:
        blocks.append(Heading(3, said("Cells and blood products: nobody knows")))
        course = next(
            (c for c in getattr(knowledge, "courses_without_treatment", {}).values() if c.no_treatment_percent), None
        )
        blocks.append(
            Paragraph(
                line(
                    counted(
                        "{n} treatment on this page has no study in stenosis with a group to compare.",
                        "{n} treatments on this page have no study in stenosis with a group to compare.",
                        len(unstudied),
                    ),
                    " ",
                    said(
                        "So there is nothing to draw. Not studied does not mean no effect. "
                        "It means that nobody can tell you."
                    ),
                )
            )
        )
        if course is not None:
            trials = said("{trials} trials, {people} people", trials=course.trials, people=course.n)
            told = said(
                "Feeling better after a treatment is not yet proof. In long-lasting low back pain, about {percent} of "
                "every 100 points of early gain came with no treatment at all",
                percent=course.no_treatment_percent,
            )
            told += f" ({trials})." if course.trials and course.n else "."
            blocks.append(
                Paragraph(
                    line(
                        told,
                        *sources.refs((course.source,)),
                    )
                )
            )
    return Section("of-100", said("Of 100 people"), tuple(blocks))
