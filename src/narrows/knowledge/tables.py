"""Which table of which file holds which kind of record, and by which field an entry is known."""

from __future__ import annotations

from typing import NamedTuple

from narrows.knowledge.records.anatomy import NormalMeasure, RecogniseRule
from narrows.knowledge.records.base import Entry, Gap
from narrows.knowledge.records.claim import Claim, MarketingSign, MarketingStudy
from narrows.knowledge.records.criterion import Criterion
from narrows.knowledge.records.economy import Coverage, Price, PriceNotVerified
from narrows.knowledge.records.epidemiology import (
    Incidence,
    NaturalCourse,
    PopularFigure,
    Prevalence,
    SurgeryRate,
)
from narrows.knowledge.records.exercise import (
    CervicalExercise,
    ExerciseComponent,
    FallsAdvice,
    PainRule,
    Programme,
    ReviewRule,
    StopSign,
)
from narrows.knowledge.records.finding import Contradiction, Finding, Implication
from narrows.knowledge.records.follow_up import (
    Attrition,
    CaseMixLesson,
    CourseWithoutTreatment,
    PredictionModel,
    Registry,
    Visit,
)
from narrows.knowledge.records.going_abroad import (
    AbroadCheck,
    AbroadFact,
    AbroadFollowUp,
    AbroadRecord,
    Accreditation,
    ChecklistItem,
    CostItem,
    InfectionReport,
    Insurer,
    InsurerQuestion,
    Licence,
    LicenceRule,
    Specialist,
)
from narrows.knowledge.records.instrument import Instrument, ValueSet, Wording
from narrows.knowledge.records.law import Jurisdiction, ProductQuality, RegulationNotVerified, Society
from narrows.knowledge.records.option import Option
from narrows.knowledge.records.plan import EmergencyNumber, HarmReport, QuestionGroup, Step
from narrows.knowledge.records.pooling import (
    AnalysisWord,
    CertaintyRule,
    ConditionWord,
    HorizonWindow,
    OutcomeWord,
    PoolingRule,
    UnitWord,
)
from narrows.knowledge.records.source import Source
from narrows.knowledge.records.study import Recommendation, Study, UnverifiedStudy
from narrows.knowledge.records.syndrome import Syndrome
from narrows.knowledge.records.trial import (
    HowToJudge,
    PayToJoin,
    TitleOnlyTrial,
    Trial,
    TrialRegistry,
    TrialSummary,
)


class Table(NamedTuple):
    """One kind of record: where it stands, what it is, what names it, and what it is called when shown."""

    subject: str  # first part of the path below data/
    table: str
    attribute: str  # its name on Knowledge
    record: type[Entry]
    key: str | None  # None: entries without an id of their own


TABLES: tuple[Table, ...] = (
    Table("findings", "finding", "findings", Finding, "name"),
    Table("contradictions", "contradiction", "contradictions", Contradiction, "id"),
    Table("implications", "implication", "implications", Implication, "id"),
    Table("criteria", "criterion", "criteria", Criterion, "id"),
    Table("syndromes", "syndrome", "syndromes", Syndrome, "id"),
    Table("question-groups", "group", "question_groups", QuestionGroup, "id"),
    Table("plan", "step", "steps", Step, "id"),
    Table("plan", "emergency_number", "emergency_numbers", EmergencyNumber, "code"),
    Table("plan", "harm_report", "harm_reports", HarmReport, "code"),
    Table("sources", "source", "sources", Source, "id"),
    Table("instruments", "instrument", "instruments", Instrument, "id"),
    Table("instruments", "value_set", "value_sets", ValueSet, "id"),
    Table("instruments", "wording", "wordings", Wording, "instrument"),
    Table("options", "option", "options", Option, "id"),
    Table("claims", "claim", "claims", Claim, "id"),
    Table("evidence", "study", "studies", Study, "id"),
    Table("evidence", "unverified", "unverified_studies", UnverifiedStudy, "id"),
    Table("evidence", "recommendation", "recommendations", Recommendation, "id"),
    Table("evidence", "outcome", "outcome_words", OutcomeWord, "id"),
    Table("evidence", "unit", "unit_words", UnitWord, "text"),
    Table("evidence", "analysis", "analysis_words", AnalysisWord, "text"),
    Table("evidence", "condition", "condition_words", ConditionWord, "id"),
    Table("evidence", "pooling_rule", "pooling_rules", PoolingRule, "id"),
    Table("evidence", "horizon", "horizons", HorizonWindow, "id"),
    Table("evidence", "certainty_rule", "certainty_rules", CertaintyRule, "id"),
    Table("evidence", "redflag", "marketing_signs", MarketingSign, "id"),
    Table("evidence", "marketing_study", "marketing_studies", MarketingStudy, "id"),
    Table("evidence", "price", "prices", Price, "id"),
    Table("evidence", "coverage", "coverages", Coverage, None),
    Table("evidence", "quality", "product_qualities", ProductQuality, "id"),
    Table("evidence", "jurisdiction", "jurisdictions", Jurisdiction, "code"),
    Table("evidence", "society", "societies", Society, "id"),
    Table("evidence", "prices_not_verified", "prices_not_verified", PriceNotVerified, None),
    Table("evidence", "regulation_not_verified", "regulation_not_verified", RegulationNotVerified, None),
    Table("epidemiology", "prevalence", "prevalences", Prevalence, "id"),
    Table("epidemiology", "incidence", "incidences", Incidence, "id"),
    Table("epidemiology", "surgery_rate", "surgery_rates", SurgeryRate, "id"),
    Table("epidemiology", "natural_course", "natural_courses", NaturalCourse, None),
    Table("epidemiology", "popular_figure", "popular_figures", PopularFigure, "id"),
    Table("exercise", "programme", "programmes", Programme, "id"),
    Table("exercise", "component", "exercise_components", ExerciseComponent, "id"),
    Table("exercise", "pain_rule", "pain_rules", PainRule, "id"),
    Table("exercise", "stop_sign", "stop_signs", StopSign, "id"),
    Table("exercise", "review_rule", "review_rules", ReviewRule, "id"),
    Table("exercise", "cervical", "cervical_exercises", CervicalExercise, "id"),
    Table("exercise", "falls", "falls_advice", FallsAdvice, "id"),
    Table("follow-up", "registry", "registries", Registry, "id"),
    Table("follow-up", "visit", "visits", Visit, "id"),
    Table("follow-up", "attrition", "attritions", Attrition, None),
    Table("follow-up", "course_without_treatment", "courses_without_treatment", CourseWithoutTreatment, None),
    Table("follow-up", "prediction_model", "prediction_models", PredictionModel, "id"),
    Table("follow-up", "case_mix_lesson", "case_mix_lessons", CaseMixLesson, None),
    Table("going-abroad", "fact", "abroad_facts", AbroadFact, "id"),
    Table("going-abroad", "infection_report", "infection_reports", InfectionReport, "id"),
    Table("going-abroad", "accreditation", "accreditations", Accreditation, "id"),
    Table("going-abroad", "check", "abroad_checks", AbroadCheck, "id"),
    Table("going-abroad", "record", "abroad_records", AbroadRecord, "id"),
    Table("going-abroad", "follow_up", "abroad_follow_ups", AbroadFollowUp, "id"),
    Table("going-abroad", "cost_item", "cost_items", CostItem, "id"),
    Table("going-abroad", "insurer", "insurers", Insurer, "id"),
    Table("going-abroad", "insurer_question", "insurer_questions", InsurerQuestion, "id"),
    Table("going-abroad", "checklist", "checklist", ChecklistItem, "id"),
    Table("going-abroad", "specialist", "specialists", Specialist, "id"),
    Table("going-abroad", "licence", "licences", Licence, None),
    Table("going-abroad", "licence_rule", "licence_rules", LicenceRule, "id"),
    Table("imaging", "normal", "normal_measures", NormalMeasure, None),
    Table("imaging", "recognise", "recognise_rules", RecogniseRule, None),
    Table("trials", "trial", "trials", Trial, "id"),
    Table("trials", "title_only", "title_only_trials", TitleOnlyTrial, None),
    Table("trials", "summary", "trial_summaries", TrialSummary, "id"),
    Table("trials", "how_to_judge", "how_to_judge", HowToJudge, "id"),
    Table("trials", "pay_to_join", "pay_to_join", PayToJoin, None),
    Table("trials", "trial_registry", "trial_registries", TrialRegistry, "id"),
    *(
        Table(subject, "gap", "gaps", Gap, None)
        for subject in ("instruments", "epidemiology", "exercise", "going-abroad", "trials")
    ),
)

#: Plain tables that are read as they stand: (subject, table) to the name on Knowledge.
DOCUMENTS: dict[tuple[str, str], str] = {
    ("units", "unit"): "units",
    ("option-groups", "group"): "option_groups",
    ("option-groups", "condition"): "claim_conditions",
    ("option-groups", "comparator"): "comparators",
    ("synthetic", "people"): "synthetic_people",
    ("synthetic", "measure"): "synthetic_measures",
    ("synthetic", "default"): "synthetic_defaults",
    ("synthetic", "share"): "synthetic_shares",
    ("synthetic", "weights"): "synthetic_weights",
    ("synthetic", "danger"): "synthetic_danger",
    ("synthetic", "missing"): "synthetic_missing",
    ("synthetic", "scan"): "synthetic_scan",
    ("synthetic", "follow_up"): "synthetic_follow_up",
    ("synthetic", "course"): "synthetic_course",
    ("imaging", "scheme"): "segmentation_schemes",
    ("imaging", "level"): "cervical_reference",
    ("imaging", "source"): "cervical_reference_source",
    ("imaging", "papers"): "cervical_reference_papers",
    ("imaging", "units"): "cervical_reference_units",
    ("imaging", "disc_level_over_own_normal"): "cervical_own_normal",
}
