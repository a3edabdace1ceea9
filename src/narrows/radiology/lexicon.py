"""The words of spine reports, each with its kind: what the grammar reads instead of letters.

Order matters: the first pattern that fits at a place wins, so longer phrases stand first. Spelling is British,
American and that of tired hands ("foraminal" alone has a dozen spellings in public examples).
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from narrows.radiology import levels
from narrows.radiology.spans import Token

_F: Final = r"(?:for[ae]?m[aei]n\w*|formain\w*|formin\w*|foremin\w*|forminal\w*|foramnin\w*|formanin\w*)"
_MILD: Final = r"(?:very mild(?:ly)?|mild(?:ly)?|minimal(?:ly)?|minor|slight(?:ly)?|trace|subtle)"
_MOD: Final = r"(?:moderate(?:ly)?|mod\b\.?)"
_SEV: Final = (
    r"(?:severe(?:ly)?|sever\b|marked(?:ly)?|extreme(?:ly)?|advanced|high[- ]grade|critical(?:ly)?|profound(?:ly)?)"
)
_TO: Final = r"(?:\s*[-/]\s*|\s*-?\s*to\s*-?\s*|\s+or\s+)"
_SIDE: Final = r"(?:left|right)(?:[-\s]+sided)?"
_SAME: Final = r"(?:greater|worse|more|larger|>|more (?:severe|pronounced|prominent|marked)(?:ly)?)"
_ORGAN: Final = (
    r"(?:thyroid|renal|kidney|adnexal|ovarian|uterine|liver|hepatic|adrenal|lung|pulmonary|pelvic|bladder|prostate|"
    r"breast|splenic|pancreatic|muscle|muscular|retroperitoneal)"
)

#: (kind, value, pattern)
_WORDS: Final[tuple[tuple[str, Any, str], ...]] = (
    # grades
    ("SEV", (0, 1), rf"(?:no (?:more|greater|worse)|not (?:more|greater)) than {_MILD}\b|at most {_MILD}\b"),
    ("SEV", (0, 1), rf"none{_TO}{_MILD}\b"),
    ("SEV", (1, 1), rf"{_MILD}{_TO}{_MILD}\b"),
    ("SEV", (1, 3), rf"{_MILD}{_TO}{_SEV}\b"),
    ("SEV", (1, 2), rf"{_MILD}{_TO}{_MOD}(?!\w)"),
    ("SEV", (2, 3), rf"{_MOD}{_TO}{_SEV}\b|moderately severe\b|at least moderate\b"),
    ("SEV", (3, 3), rf"{_SEV}\b"),
    ("SEV", (2, 2), rf"{_MOD}(?!\w)"),
    ("SEV", (1, 1), rf"{_MILD}\b"),
    # sides
    ("SIDE", "both", rf"{_SIDE}\s+(?:side )?{_SAME}(?: severe)?(?: than)?(?: the| on the)?\s+{_SIDE}\b|[lr]\s?>\s?[lr]\b"),
    ("SIDE", "both", rf"{_SIDE}\s*(?:and|&|/)\s*{_SIDE}\b|bilateral\w*|bileteral\w*|bilat\b\.?|b/l\b|both sides\b|on either side\b"),
    ("CMP", None, rf",?\s*(?:\(?{_SAME}|worst|greatest|slightly greater|predominantly|particularly|especially|more prominent\w*|more so|mainly)\s*(?:on|to|toward|towards|in)?\s*(?:the\s*)?(?:left|right)\b(?: side)?\)?"),
    ("SIDE", "left", r"left[-\s]+sided\b|left(?: side)?\b|\blt\b\.?|(?<=\bon )l(?![\w-])"),
    ("SIDE", "right", r"right[-\s]+sided\b|right(?: side)?\b|\brt\b\.?|(?<=\bon )r(?![\w-])"),
    ("BOTH", "both", r"both\b(?! of (?:which|these|those|them))|either\b"),
    # things that would be mistaken
    ("SKIP", None, rf"{_ORGAN} (?:soft tissue )?(?:mass|tumou?r|lesion|neoplasm|abscess|cancer|carcinoma|malignanc)\w*|(?:colon|colorectal|cervix|skin|bowel|gastric) (?:cancer|carcinoma)\w*|hiatal herni\w*|inguinal herni\w*|umbilical herni\w*|tonsillar herni\w*|schmorl\w*(?:'s)?(?: nodes?| deformit\w+)?|intra-?vertebral (?:disc |disk )?herni\w*|spinous process(?:es)?|mass effect(?! (?:up)?on (?:the )?(?:\w+ )?(?:nerve|root|cord|spinal cord))|pars (?:interarticularis )?(?:defects?|fractures?)|(?:displaced )?fracture fragments?|(?:pars|rib|sacral ala|screw|hardware|rod) fractur\w*|spondylolys[ie]s|bulbocav\w*|compression (?:fracture )?screws?"),
    ("SKIP", None, r"(?:disc|disk|intervertebral|interspace|joint|disc space|disk space)[- ](?:space[- ])?(?:height )?(?:space )?(?:narrowing|narrowed|loss)|narrow(?:ed|ing)(?: of)? (?:the |this )?(?:cervical |lumbar )?(?:disc|disk|intervertebral|joint|interspace)\w*(?: spaces?| height)?|(?:disc|disk|joint) spaces?(?: (?:is|are))?(?: (?:mildly|moderately|severely|markedly))? (?:narrow\w*|maintained|preserved)|(?:disc|disk)(?: space)? heights?(?: (?:and|&) (?:signal(?: intensity)?|hydration))?(?: (?:is|are|appears?))?(?: (?:well )?(?:maintained|preserved|normal))?|normal (?:disc|disk) (?:spaces?|heights?|signal\w*)|space narrowing"),
    ("SKIP", None, r"bone marrow signal\w*|marrow (?:signal|edema|oedema)\w*(?: (?:is|are|abnormal\w*|intensity|changes?))*|(?:disc|disk) signal\w*"),
    # context
    ("PAT", None, r"not (?:significantly )?(?:affected|involved|compromised|encroached(?: upon)?|impacted)"),
    ("NORMP", "sig", r"no (?:other |further |definite )?significant (?:dis[ck] |focal |interval |degenerative |spinal |additional )?(?:abnormalit\w*|findings?|patholog\w*|changes?|degenerative changes?|degeneration|degenerative disease)|no significantly abnormal\w*|no (?:sizeable|gross) abnormalit\w*|no significant dis[ck] d[ei]se?a?se\w*"),
    ("NEG", "sig", r"(?:no|not|without|without any|without evidence of|no evidence of|no evidence for|negative for|absence of)(?: (?:any|a|an|other))? (?:clinically )?(?:signific\w+|appreciable|appreciably|substantial(?:ly)?|relevant|gross(?:ly)?|major|hemodynamically)\b(?: evidence of)?|insignificant\b"),
    ("NEG", "high", r"(?:no|not|without|without any|without evidence of|no evidence of|no evidence for)(?: (?:any|a|an|definite|associated))? (?:moderate(?:ly)?(?:\s*(?:or|to|-|/|and)\s*)(?:high[- ]grade|severe(?:ly)?|marked)|high[- ]grade|moderate-to-severe|greater than mild)\b"),
    ("HIST", "after", r"similar (?:in \w+ )?(?:(?:and|&) \w+ )?to (?:the )?(?:prior|previous|earlier)|(?:unchanged|stable|not significantly changed) (?:from|since|compared|when compared|in comparison)|(?:also )?seen (?:on|in) (?:the )?(?:prior|previous)|not new|of (?:indeterminate|uncertain|unknown) age(?=zzz)"),
    ("NEG", "severe", r"(?:no|not|without)(?: (?:any|a|evidence of))? (?:severe(?:ly)?|marked(?:ly)?|advanced)\b"),
    ("HEDGE", "possible", r"(?:cannot|can't|can not|could not) (?:entirely |completely )?(?:exclude|rule out)"),
    ("UNEXCL", None, r"(?:is |are )?(?:not|cannot be|can't be|can not be|not be|not been|not entirely|not completely|cannot entirely be) (?:entirely |completely |definitively |confidently )?(?:excluded|ruled out)|not out of the question"),
    ("DOUBLE", None, r"no change in|no (?:significant )?(?:interval )?change\w*|not only|no longer|unchanged|not well (?:seen|visuali[sz]ed|evaluated|assessed)|not (?:fully |adequately )?(?:evaluated|assessed|imaged|included)|without contrast|no contrast|without (?:iv|intravenous|the administration)|no (?:prior|previous|priors|comparison|relevant)[\w ]{0,40}(?:available|comparison|studies)|without (?:and|&) with|without or with"),
    ("NORMP", None, r"no (?:other |further |definite |focal |dis[ck] |degenerative |discrete )?(?:abnormalit\w*|patholog\w*)|within normal (?:limits?|range)|\bwnl\b|(?:is|are|appears?|appear|remains?|entirely|essentially|grossly) normal|no degenerative changes?|no findings|no dis[ck] (?:disease|desease)"),
    ("NEG", None, r"no evidence (?:of|for|to suggest)|negative for|free of|free from|absence of|lack of|devoid of|rather than|instead of|no (?:definite|discrete|focal|acute|convincing|clear|obvious|sign of|signs of|mr evidence of|ct evidence of|radiographic evidence of)(?: evidence of)?|not|no|without|nor(?= (?:is|are|was|were|does))|neither|denies|fails to|failed to|did not|does not|do not|none of|ruled out for|excludes|isn't|aren't|doesn't|don't|never|non(?=[- ](?:compressive|stenotic))"),
    ("POSTNEG", None, r"(?:(?:is|are|was|were) )?(?:not|no longer) (?:seen|present|identified|visible|evident|demonstrated|noted|visuali[sz]ed|appreciated|found|detected|observed|apparent|shown)|(?:(?:is|are|was|were|has been|have been|be) )?(?:ruled out|excluded|absent)\b|(?:has|have|had|is|are)? ?(?:now |since |completely |largely )?resolved\b|:\s?(?:none|nil|no|negative|absent)\b(?! \w)|none\b|nil\b|is normal in caliber"),
    ("HEDGE", "probable", r"most likely|likely|probabl[ey]|presum\w*|favou?r\w*|felt to (?:be|represent)"),
    ("HEDGE", "possible", r"possib\w*|(?:may|might|could)(?: (?:potentially|also|well))?|potential(?:ly)?|suspicious|suspect\w*|suspicion|suggest\w*|borderline|question\w*|equivocal|indeterminate|concern\w*|worrisome|rule out|r/o|versus|\bvs\b\.?|differential|unlikely|perhaps|conceivabl\w*|raises?|cannot exclude|if there is"),
    ("HIST", None, r"\bold\b|remote|healed|chronic(?!ally)(?=[\w ,-]{0,30}(?:fractur|compression|deform|wedg|collapse|osteomy|disci))|long[- ]?standing|history of|h/o\b|hx of|previous(?:ly)? (?:known|seen|noted|identified|described|demonstrated|treated)|known (?:prior|previous)|again (?:identified|seen|noted|demonstrated)|redemonstrat\w*|not new|(?:unchanged|stable)(?=[\w ,-]{0,40}(?:fractur|compression deform|wedg|collapse))"),
    ("TERM", None, r"but|however|except(?:ing)?(?: for)?|although|though|apart from|aside from|other than|otherwise|nevertheless|yet|while|whereas|despite|in spite of|with the exception of|only"),
    ("SEMI", None, r";|\. |[.!?](?=[\s\"')]*$)"),
    ("THERE", None, r"there (?:is|are|was|were|has been|have been|does appear|appears?)(?: (?:again|also|now|still|to be))*"),
    ("ASSERT", None, r"(?:is |are )?(?:consistent|compatible) with|in keeping with"),
    ("WITH", None, r"with|along with|together with|accompanied by|associated with"),
    ("CAUSE", None, r"(?:causing|causes?|caus(?:ed|e)|result(?:s|ing|ed|ant)?(?: in)?|produc\w+|leading to|leads? to|contribut\w+(?: to)?|creat\w+|giving rise to|yield\w*|which|that|reflecting|due to|secondary to|because of|from|related to)\b"),
    # structures
    ("COMPFRAC", None, r"(?:(?:anterior |biconcave )?(?:wedge|compression|burst|insufficiency|fragility|pathologic(?:al)?|osteoporotic|chance|end-?plate|vertebral(?: body)?|traumatic|stress|acute|subacute|dens|odontoid|hangman\w*|sacral|transverse process|lamina\w*|facet|pedicle|superior end-?plate|inferior end-?plate)[ ,/-]*(?:and |or )?)*fractur\w*|fx\b|compression(?: type)? (?:deformit\w*|collapse|injur\w*|of the (?:superior|inferior) end-?plate)|(?:anterior )?wedge[- ](?:compression )?(?:deformit\w*|compression)|vertebral (?:body )?(?:compression|collapse)(?! of)|vertebra plana|(?:partial |complete )?collapse of (?:the )?(?:body of )?(?:[clt]-?\d+|vertebra)|compression on fractur\w*|fracture-?dislocation|compression (?:deformity|fx)"),
    ("OPLL", None, r"\bopll\b|ossif\w+ (?:of |involving )?(?:the )?posterior longitudinal ligament|posterior longitudinal ligament(?: is)? ossif\w+|ossified posterior longitudinal ligament|ossif\w+ of (?:the )?pll\b"),
    ("LF", None, r"lig(?:ament\w*|\.)?\s+f?[lr]?av\w*|ligament\w* fl\w*|flavum|flaval|flava\b|\blf\b|yellow ligaments?|(?:posterior )?ligament(?:ous|um|al)?s?(?= (?:degenerative hyp|hypertroph|thicken|infold|buckl|redundan|hypetro|and facet))|ligamentous(?= (?:and|/) )"),
    ("FACET", None, r"facets?(?:al)?(?:[- ]joints?)?|face(?= (?:joint|arthr|athr))|zygapophys\w*(?: joints?)?|apophys\w+ joints?|articular facets?|facetal joints?"),
    ("SAC", None, r"(?:the )?(?:thecal|dural) sa[ck]k?|theca\b"),
    ("SITE", "central", r"(?:central[ -]+)?(?:spinal|vertebral|neural|bony|osseous)[ -]+canals?|central[ -]+canals?|canals?|(?:central|spinal|spine)(?=,? (?:or|and|/|,)?\s?(?:\w+[ -]+){0,3}?(?:stenos|narrow|canal|lateral|forami|neuro|neural|recess|subart|encroach))|central(?=\s*/)|(?:ventral |anterior |posterior )?(?:subarachnoid|csf) spaces?(?= (?:narrow|stenos))"),
    ("SITE", "foramen", rf"(?:neural|neuro|neuronal|nerve(?: root)?|exit|exiting|intervertebral|inter-?vertebral|root exit|bony)?[ -]?{_F}(?: canals?)?|neural exit canals?|nerve root canals?|root canals?|\bnfs?\b|\bivfs?\b|neural exits?"),
    ("SITE", "recess", r"lateral rec\w+(?: zones?)?|lateral gutters?|sub-?articular (?:zones?|recess\w*|gutters?|region)|sub-?articular|recess(?:es)?\b"),
    ("CAUDA", None, r"cauda equina(?: nerve)?(?: roots?)?"),
    ("ROOT", None, r"(?:(?:exiting|traversing|descending|transiting|crossing|emerging|existing|passing|origin of the)\s+)?(?:[clst]-?\d+\s+)?(?:nerve|neural|spinal nerve)[ -]?roots?(?: sleeves?| ganglion| ganglia)?|(?:exiting|traversing|descending|transiting|crossing|emerging|existing)\s+(?:[clst]-?\d\s+)?(?:roots?|nerves?)(?: roots?| sleeves?)?|dorsal root gangli\w+|(?:[clst]-?\d\s+)(?:roots?|nerves?)(?: roots?| sleeves?)?|\broots?\b|ganglion(?! cyst)|neural(?= (?:compress|impinge|compromise|contact))|neural structures?|neural elements?|neural tissue|nerves?"),
    ("MYELO", None, r"myelomalac\w*|myelopath(?:ic) (?:signal|change|cord)\w*|cord (?:o?edema|contusion|gliosis|ischa?emia|infarct\w*)|(?:o?edema|contusion|gliosis|signal (?:change|abnormality)) (?:of|in|within) (?:the )?(?:spinal |cervical )?cord|myelopath\w*|myelitis"),
    ("CORD", None, r"(?:(?:cervical|thoracic|spinal|distal|upper|lower|visuali[sz]ed|imaged|ventral|anterior)[ -]+)*(?:spinal )?cord(?:'s)?(?: (?:surface|contour|margin))?|myelon|hemi-?cord"),
    ("CONUS", None, r"conus(?: medullaris)?"),
    ("UNC", None, r"unc(?:inate|overtebral|o-?vertebral)\w*(?: (?:process|joint|spur)\w*)*|luschka joints?|joints? of luschka"),
    ("DOC", "bulge", r"(?:dis[ck]s?|discal|diskal)[- /]+(?:bulge[- /]*)?(?:and[- ])?osteophyt\w*(?: (?:complex\w*|ridges?|bars?|bulges?|formation))*|discosteophyt\w*|osteophyt\w*[- /]+dis[ck]\w* (?:complex\w*|bulges?)|dis[ck][- /](?:ridge|spur|bar)\w*(?: complex\w*)?|spondylotic(?: dis[ck])? (?:bulge|bar|ridge complex)\w*|dorsal osteophyte complex\w*|osteophyte complex\w*|\bdoc\b"),
    ("FORM", "sequestration", r"sequest\w*|free (?:disc |disk )?fragments?|migrated (?:disc |disk )?fragments?"),
    ("FORM", "extrusion", r"(?:herniat\w+ )?extru\w+|non-?contained (?:dis[ck] )?herniation"),
    ("FORM", "protrusion", r"protru\w+|protusion\w*"),
    ("FORM", "bulge", r"bulg\w*|buldg\w*"),
    ("FORM", "herniation", r"herni?at\w*|hernia\b|\bhivd\b|\bhnp\b|\bpivd\b|\bpid\b|prolaps\w*|ruptured dis[ck]s?|slipped dis[ck]s?|herniated nucleus pulposus|herniation of (?:the )?nucleus pulposus|hernitation\w*"),
    ("DISC", None, r"(?:inter-?vertebral |posterior )?(?:dis[ck]s?|annul\w+)(?: (?:margins?|contours?|outline))?(?: fibrosus)?|discal|diskal|nucleus pulposus"),
    # slips and alignment
    ("RETRO", None, r"retro-?\s?(?:spondy\w*|listh\w*|lysth\w*)|retrolis\w*|(?:posterior|lateral|left|right)(?:ward)? (?:spondylo)?listhes\w*|posterolisth\w*|laterolisth\w*|(?:posterior|lateral|rotatory) (?:subluxation|translation|slip\w*|displacement(?= of (?:the )?[cl]-?\d(?! (?:nerve|root))))|backward (?:slip|displacement)\w*"),
    ("SLIP", None, r"(?:antero|ante|antro|anterior |forward )?-?(?:spondylo-?)?listhes[ie]s|anterolisth\w*|anterlisth\w*|antrolisth\w*|antelisth\w*|spondylolis?th\w*|spondylilisth\w*|spondyloli[ts]\w*hesis|spondylolythesis|(?:forward|anterior) (?:slip\w*|subluxation|displacement|translation|offset|mal-?alignment)|subluxations?|slippage|listhetic|slips?\b"),
    ("ALIGN", None, r"(?:vertebral |sagittal |spinal |lumbar |cervical |lumbosacral |bony |osseous |anatomic |overall )*(?:body )?alignment"),
    ("SCOLI", None, r"(?:(?:levo|dextro|rotatory |rotary |degenerative |s-shaped )[- ]?)*(?:levo|dextro)?-?(?:roto)?scolio\w*|levo-?convex\w*|dextro-?convex\w*"),
    # the rest of the concepts
    ("MODICT", None, r"modic"),
    ("SIGNAL", None, r"(?:t2|t2-weighted|stir|signal|hyperintense|increased|abnormal|high|bright|elevated|intramedullary)(?:[ -](?:t2|weighted|signal|hyperintense|stir|increased|abnormal|high|intramedullary))*[ -](?:signal(?: intensity)?|hyperintens\w+|prolongation)(?: (?:abnormalit\w*|chang\w*|alteration\w*|intensit\w*))*|hyperintensit\w*|hyperintense|signal (?:abnormalit\w*|chang\w*|alteration\w*|intensity|characteristics?)|\bsignal\b|\bt2 (?:bright|high)\w*"),
    ("INF", None, r"(?:spondylo-?)?dis[ck]itis(?:[- /]+osteomyelitis)?|osteomyel\w*|abscess\w*|phlegmon\w*|infectio\w*|infect(?:ive|ed)|septic\w*|empyema|pott'?s|\btb\b|brucell\w*|(?:pyogenic|infectious|infective|septic) (?:arthritis|spondylitis|process)|tubercul\w*|spondylodis[ck]it\w*|pyogenic"),
    ("ALARM", None, r"(?:(?:spinal |intraspinal )?(?:epidural|subdural|extradural|intraspinal|intradural)[ -]+(?:and subdural )?(?:ha?ematoma|ha?emorrhage|bleed)\w*)|aortic (?:dissection|rupture)|ruptured aneurysm|leaking aneurysm"),
    ("BENIGN", None, r"ha?emangioma\w*|lipoma\w*|bone island\w*|enostosis|tarlov|perineural cysts?|fibrolipoma\w*|fatty (?:marrow|lesion|rest|focus|foci)\w*|benign"),
    ("TUM", None, r"metasta\w*|tumou?r\w*|neoplas\w*|malignan\w*|carcinoma\w*|myeloma\w*|lymphoma\w*|cancer\w*|secondaries|\bmets\b|leuka?emi\w*|leptomeningeal (?:disease|enhancement|spread|tumou?r)|enhancing nodul\w*|schwannoma\w*|meningioma\w*|ependymoma\w*|astrocytoma\w*|neurofibroma\w*|plasmacytoma\w*|sarcoma\w*|chordoma\w*|(?:(?:lytic|blastic|sclerotic|destructive|osseous|marrow|bone|bony|suspicious|aggressive|focal|expansile|space[- ]occupying|intradural|intra-?medullary|extra-?medullary|extradural|epidural|enhancing|vertebral(?: body)?|skeletal|nodular|discrete|intrathecal|intraspinal|intracanalicular|marrow-replacing|neoplastic|metastatic|worrisome)[ ,/]+(?:and |or |&)?\s*)+(?:lesions?|mass(?:es)?(?! effect)|foci|focus|infiltrat\w+|deposits?|replacement)\b|(?:lytic|blastic|metastatic|neoplastic|malignant)(?: (?:or|and|&) (?:lytic|blastic|sclerotic))? (?:changes?|process|disease)|mass(?:es)?\b(?! effect)|marrow (?:replac\w*|infiltrat\w*)(?: process\w*| lesions?| disorder)?|infiltrat\w+ (?:process|lesion)\w*"),
    ("LESION", None, r"lesions?\b"),
    ("CYST", None, r"(?:synovial|facet|facet joint|ganglion|juxta-?facet|juxta-?articular|intraspinal synovial)[ -]cysts?|synovial[ /]+ganglion cysts?|degenerative cysts?"),
    ("EFFUS", None, r"(?:joint )?effusions?|(?:joint )?fluid(?! (?:signal|collection|space|attenuat))|synovial fluid"),
    ("VAC", None, r"vacuum (?:phenomen\w*|dis[ck]\w*|cleft|gas|degeneration|change)|intra-?discal gas|gas (?:in|within) the dis[ck]\w*|dis[ck] gas"),
    ("FLOW", None, r"(?:serpiginous |prominent |dilated |tortuous )*(?:intradural |perimedullary )*(?:flow[- ]voids?|perimedullary vessels?)"),
    ("AAA", None, r"(?:abdominal |infrarenal |infra-renal )*aort\w+(?: aneurysm\w*| ectasia| dilat\w+)?|\baaa\b"),
    ("ANEUR", None, r"aneurysm\w*|ectasia|ectatic"),
    ("SURG", None, r"(?:hemi-?)?lamin(?:ectom|otom|oplast)\w*|(?:micro-?)?dis[ck]ectom\w*|decompressi(?:on|ve)(?: surgery)?|(?:pedicle|transpedicular) screws?|\b[atpxo]lif\b|\bacdf\b|\btlif\b|interbody (?:fusion|cage|spacer|device|graft)\w*|(?:anterior |posterior |posterolateral |surgical |instrumented |spinal |lumbar |cervical )+(?:spinal )?(?:fusion|instrumentation|fixation)|fusion hardware|hardware|post-?\s?(?:operative|surgical|op|laminectomy)(?: (?:change|status|level|state)\w*)?|status post|s/p\b|(?:prior|previous|past|earlier) (?:\w+ ){0,3}(?:surg\w*|operation|fusion|laminectomy)|surger(?:y|ies)|vertebroplast\w*|kyphoplast\w*|foraminotom\w*|facetectom\w*|corpectom\w*|interspinous (?:spacer|device)\w*|spinal cord stimulat\w*|\brods?\b|fused|fusions?\b|bone graft"),
    # processes
    ("COMPR", None, r"compress\w*|impin\w*|pinch\w*|entrap\w*|mass effect (?:up)?on|imping\w*|press(?:es|ing|ed)? (?:up)?on|press(?:es|ing)? against|strangulat\w*|squeez\w*"),
    ("TOUCH", None, r"abut\w*|contact\w*|touch\w*|flatten\w*|deform\w*|indent\w*|effac\w*|displac\w*|deviat\w*|irritat\w*|impress\w*|mass effect|close proximity|distort\w*|remodel\w*|imprint\w*|push\w*|tether\w*|affect\w*|involve\w*|contour (?:abnormalit\w*|change\w*)|mould\w*|molding|crowd\w*|clump\w*"),
    ("STEN", "noun", r"steno[st]\w*|stenosi[sn]\w*|stensosis|stenoisis|narr?owing\w*|narrows?\b|narrowed|constrict\w*|encroach\w*|compromis\w*|occlu\w*|obliterat\w*|attenuat\w*"),
    ("WEAK", "noun", r"disease|involvement|patholog\w*|abnormalit\w*|impairment"),
    ("FPROC", None, r"arthropath\w*|athropath\w*|artropath\w*|arthros[ie]s|arthrit\w*|hypertroph\w*|hypetroph\w*|hypertorph\w*|osteo-?arthr\w*|\boa\b|degenerat\w*|\bdjd\b|spondylo?s[ie]s|overgrowth|enlarge\w*|sclerosis|spurring|cartilage (?:loss|thinning)|spondyloarthr\w*|osteoarthros\w*|changes?|disease|prominen\w*|disorder|enlarg\w*|spurs?"),
    ("THICK", None, r"thick\w*|redundan\w*|buckl\w*|in-?folding|infold\w*"),
    ("PAT", None, r"(?:widely |well |relatively |grossly |reasonably |fully |adequately )*(?:patent|patency|open|capacious|unobstructed|roomy)|(?:is|are|remains?) (?:clear|adequate|free(?! (?:of|from))|spared|intact)|not (?:significantly )?(?:affected|involved|compromised|encroached|impacted)|spared|clear"),
    ("NORM", None, r"normal(?:ly)?|unremarkable|(?:well[- ])?(?:preserved|maintained)|satisfactory|anatomic\w*|intact|within physiologic limits|straight|nml\b|of good (?:size|caliber|calibre)|adequate"),
    # glue
    ("COP", None, r"(?:is|are|was|were|be|been|remains?|appears?|appear|seems?|looks?|shows?|demonstrat\w+|reveals?|exhibits?|has|have|measures?|being|does|do|can|can be|noted|seen|identified|present|evident|visuali[sz]ed|apparent|detected|appreciated|observed|found|suspected of)"),
    ("AND", None, r"and|&|plus|as well as|\+|also"),
    ("OR", None, r"or|and/or|nor(?! (?:is|are|was|were|does))"),
    ("SLASH", None, r"/"),
    ("COMMA", None, r","),
    ("COLON", None, r":|(?<=\s)-{1,2}(?=\s)|\|"),
    ("PAREN", None, r"[()\[\]]"),
    ("PREP", None, r"of|in|on|upon|at|within|to|into|involving|about|affecting|through|throughout|across|against|by|for|toward|towards|along|onto|over|under|between|per|as"),
    ("DET", None, r"the|a|an|this|that|these|those|its|some|any|such|each|every|all|both of|same|also|again|now|still|very|quite|somewhat|rather|further|additional|other|associated|resultant|resulting|secondary|superimposed|underlying|concomitant|accompanying|relative|overall|early|more|most|less|least|mostly|there|it|degree|level|levels|segment|interspace|focal|diffuse|broad|based|broad-based|circumferential|concentric|acquired|congenital|degenerative|developmental|osseous|bony|multifactorial|multilevel|multi-level|hypertrophic|arthritic|significant|significantly|definite|proximal|distal|inferior|superior|caudal|cephalad|anterior|posterior|ventral|dorsal|lower|upper|aspect|portion|zone|region|joint|joints|symmetric|asymmetric|component|large|small|tiny|sized|evidence|sign|signs|widely|at least|up|effect|ap|transverse|trefoil|adjacent|respective|corresponding|local|localized|active|acute|exiting|traversing|descending|transiting|crossing|emerging|existing|passing|nearby|cervical|lumbar|thoracic|residual|recurrent|persistent|persisting|progressive|worsening|increased|increasing|stable|new|surface|margin|contour|half|considerable|marginal|distinct|subtle|slightly|mildly"),
)  # fmt: skip

_PUNCTUATION: Final = ("COMMA", "SLASH", "COLON", "PAREN", "SEMI")


def _closing(pattern: str, place: int) -> int:
    """The index after the bracket that closes the one at `place`."""
    depth, k = 0, place
    while k < len(pattern):
        if pattern[k] == "\\":
            k += 1
        elif pattern[k] == "[":
            k = pattern.index("]", k + 2)
        elif pattern[k] == "(":
            depth += 1
        elif pattern[k] == ")":
            depth -= 1
            if depth == 0:
                return k + 1
        k += 1
    return k


def _alternatives(pattern: str) -> list[str]:
    """A pattern split at its own bars, not at those inside brackets."""
    out, start, k = [], 0, 0
    while k < len(pattern):
        if pattern[k] == "\\":
            k += 2
        elif pattern[k] == "[":
            k = pattern.index("]", k + 2) + 1
        elif pattern[k] == "(":
            k = _closing(pattern, k)
        elif pattern[k] == "|":
            out.append(pattern[start:k])
            start = k = k + 1
        else:
            k += 1
    return [*out, pattern[start:]]


def _openers(pattern: str) -> frozenset[str] | None:
    """The letters that a text can begin with to fit the pattern; None when that cannot be told simply."""
    if pattern.startswith("\\b"):
        return _openers(pattern[2:])
    if pattern.startswith("(?:"):
        end = _closing(pattern, 0)
        inner = [_openers(one) for one in _alternatives(pattern[3 : end - 1])]
        rest = pattern[end:]
        if rest[:1] in ("?", "*"):
            inner.append(_openers(rest[1:]))
        elif rest[:1] == "{":
            return None
        return None if any(one is None for one in inner) else frozenset().union(*(one for one in inner if one))
    if pattern[:1].isalpha() and pattern[1:2] not in ("?", "*", "{"):
        return frozenset(pattern[0])
    if pattern[:1].isalpha() and pattern[1:2] == "?":
        rest_of = _openers(pattern[2:])
        return None if rest_of is None else rest_of | {pattern[0]}
    return None


_BLANK: Final = re.compile(r" (?!\?)")


@functools.cache
def _words_at(letter: str) -> tuple[re.Pattern[str], list[tuple[str, Any]]]:
    """The words that can begin with a letter: one pattern, and the kind of each of its groups."""
    parts: list[str] = []
    meaning: list[tuple[str, Any]] = []
    for kind, value, pattern in _WORDS:
        # words of one phrase may stand on two lines
        fitting = [
            one if "(?<" in one else _BLANK.sub(r"\\s+", one)
            for one in _alternatives(pattern)
            if (may := _openers(one)) is None or letter in may
        ]
        if fitting:
            joined = "|".join(fitting)
            parts.append(f"(?P<g{len(meaning)}>{joined if kind in _PUNCTUATION else f'(?:{joined})(?!{chr(92)}w)'})")
            meaning.append((kind, value))
    return re.compile("|".join(parts)), meaning


_MEASURE: Final = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)?)\s*(?:mm|cm)?\s*(?:(?:-|to|x|×|\*|by)\s*(?:-\s*)?(\d+(?:[.,]\d+)?)\s*)?"
    r"(sq\.? ?mm|mm2|mm\^2|square millimet\w+|sq\.? ?cm|cm2|mms?\b|millimet\w+|cms?\b|centimet\w+|degrees?|deg\b|°)"
)
_GRADE: Final = re.compile(
    r"grade[- ]?(iv|iii|ii|i|v|[0-5])(?:\s?(?:-|to|/)\s?(iv|iii|ii|i|v|[1-5]))?\b(?! (?:change|type|degen))"
)
_TYPE: Final = re.compile(
    r"\b(?:types?|modic)[- ]?(iii|ii|i|[123])(?:\s?(?:-|and|or|/|&|to|,)\s?(?:type )?(iii|ii|i|[123]))?\b"
)
_WORD: Final = re.compile(r"[\w']+|[^\w\s]")
_LEVELS_OF_ALL: Final = re.compile(
    r"(?:at )?(?:(all)(?: of)?(?: the)?(?: (?:other|remaining|rest))?(?: (?:lumbar|cervical|disc|disk|visuali[sz]ed|imaged|of these|these|those|above|evaluated|examined|spinal|intervertebral))*"
    r"(?: (two|three|four|five|six|2|3|4|5|6))?(?: (?:lumbar|cervical|disc|disk))? (?:levels?|segments|interspaces|disc spaces|disk spaces)|"
    r"(each|every|any)(?: of the)?(?: (?:lumbar|cervical|disc|disk|other|one of the))* (?:levels?|segment|interspace)|(both) (?:of these )?levels|"
    r"(?:the )?(remaining|other|remainder of the|rest of the)(?: (?:lumbar|cervical|visuali[sz]ed|imaged|intervertebral|disc|disk|spinal|lumbosacral|more))* (?:levels?|segments|interspaces|disc spaces|disk spaces|discs|disks)|"
    r"(?:the )?(upper|mid and upper)(?: (?:two|three|2|3))? (lumbar|lumbal|cervical)(?: spine)? (?:levels?|segments|discs|disks|disc levels|interspaces)|"
    r"(?:the )?(lower)(?: (two|three|2|3))? (lumbar|cervical)(?: spine)? (?:levels?|segments|discs|disks|disc levels|interspaces)|"
    r"(throughout) the (?:lumbar|cervical) spine at all levels|(elsewhere)(?: in the (?:lumbar|cervical) spine)?)(?!\w)"
)  # fmt: skip
_THIS: Final = re.compile(r"(?:at )?(?:this|that|the same|the above) (?:level|segment|interspace|disc level)(?!\w)")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a stretch of plain text, from left to right, offsets within that stretch.

    Kinds are those of the table above, and LEVEL, BONE, SCOPE, THIS, MEAS, GRADE, TYPE, W (any other word).
    """
    taken: list[Token] = []
    for found in levels.find(text):
        kind = "BONE" if found.kind == "bone" else "LEVEL"
        taken.append(Token(kind, found, found.start, found.end))
    for pattern, kind in (
        (_MEASURE, "MEAS"),
        (_GRADE, "GRADE"),
        (_TYPE, "TYPE"),
        (_LEVELS_OF_ALL, "SCOPE"),
        (_THIS, "THIS"),
    ):
        for match in pattern.finditer(text):
            taken.append(Token(kind, match.groups(), match.start(), match.end()))
    taken.sort(key=lambda t: (t.start, -t.end))
    fixed: list[Token] = []
    for token in taken:
        if not fixed or token.start >= fixed[-1].end:
            fixed.append(token)
    return _filled(text, fixed)


def _filled(text: str, fixed: list[Token]) -> list[Token]:
    """Lexicon words in the gaps between levels and measurements; a root ("L5 nerve root") swallows its bone."""
    out: list[Token] = []
    bones = {t.start: t for t in fixed if t.kind == "BONE"}
    other = [t for t in fixed if t.kind != "BONE"]
    place = 0
    waiting = iter([*other, Token("END", None, len(text), len(text))])
    stop = next(waiting)
    while place < len(text):
        if place >= stop.start and stop.kind != "END":
            out.append(stop)
            place = max(stop.end, place + 1)
            stop = next(waiting)
            continue
        if text[place].isspace():
            place += 1
            continue
        pattern, meaning = _words_at(text[place] if text[place].isalpha() else " ")
        match = pattern.match(text, place)
        if match is not None and match.lastgroup and place < match.end() <= stop.start:
            kind, value = meaning[int(match.lastgroup[1:])]
            out.append(Token(kind, value, match.start(), match.end()))
            place = match.end()
            continue
        if place in bones:
            out.append(bones[place])
            place = bones[place].end
            continue
        word = _WORD.match(text, place)
        end = min(word.end() if word else place + 1, max(stop.start, place + 1))
        out.append(Token("W", text[place:end], place, end))
        place = end
    if stop.kind != "END":
        out.append(stop)
    return out
