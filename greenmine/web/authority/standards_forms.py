"""What is filled in about standards; every field says in plain words what belongs there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from greenmine.editions import standards
from greenmine.editions.standards.catalogue import LEVELS, STAGES, SUBJECTS
from greenmine.editions.standards.registering import Draft
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both, language

FACETS = (("minerals", "mineral"), ("methods", "mining_method"), ("scales", "scale"))


def a_day(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen in the browser's calendar or typed as 2026-11-20."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


class StandardForm(forms.Form):
    """A text of the catalogue."""

    level = forms.ChoiceField(label=gettext_lazy("级别"))
    stage = forms.ChoiceField(label=gettext_lazy("阶段"))
    subject = forms.ChoiceField(label=gettext_lazy("类别"))
    title = forms.CharField(label=gettext_lazy("标准名称"), max_length=300)
    number = forms.CharField(
        label=gettext_lazy("标准编号"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("已发布的必填，如 DZ/T 0315-2018"),
    )
    stage_on = a_day(gettext_lazy("进入该阶段的日期"), required=False)
    in_force_on = a_day(gettext_lazy("施行日"), required=False)
    issuer = forms.CharField(label=gettext_lazy("发布单位"), max_length=200, required=False)
    lead = forms.CharField(label=gettext_lazy("牵头起草单位"), max_length=200, required=False)
    participants = forms.CharField(
        label=gettext_lazy("参与单位"), max_length=500, required=False, help_text=gettext_lazy("用顿号分隔")
    )
    territory = forms.RegexField(
        r"^\d{6}$", label=gettext_lazy("适用地区代码"), initial="000000",
        help_text=gettext_lazy("六位；全国为 000000"),
        error_messages={"invalid": gettext_lazy("请填写六位行政区代码。")},
    )  # fmt: skip
    industries = forms.MultipleChoiceField(label=gettext_lazy("行业"), required=False)
    minerals = forms.MultipleChoiceField(label=gettext_lazy("矿种"), required=False)
    methods = forms.MultipleChoiceField(label=gettext_lazy("开采方式"), required=False)
    scales = forms.MultipleChoiceField(label=gettext_lazy("规模"), required=False)
    replaces = forms.CharField(label=gettext_lazy("代替的标准编号"), max_length=100, required=False)
    version = forms.CharField(
        label=gettext_lazy("版本"), max_length=40, required=False, help_text=gettext_lazy("企业标准必填")
    )
    source = forms.CharField(label=gettext_lazy("来源"), max_length=500, help_text=gettext_lazy("公告、文件名称或网址"))

    def __init__(self, *args: Any, levels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dictionary = current_edition().dictionary
        self._choose("level", [(code, LEVELS[code][language()]) for code in levels])
        self._choose("stage", [(code, words[language()]) for code, words in STAGES.items()])
        self._choose("subject", [(code, words[language()]) for code, words in SUBJECTS.items()])
        self._choose("industries", [(one.id, both(one.name)) for one in standards.classes().values()])
        for name, fact in FACETS:
            known = dictionary[fact]
            self._choose(name, [(code, known.words(place, language())) for place, code in enumerate(known.codes)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def draft(self, enterprise: str = "") -> Draft:
        """What was filled in."""
        given = dict(self.cleaned_data)
        parts = given.pop("participants").replace("，", "、").replace(",", "、").split("、")
        listed: dict[str, Any] = {
            name: tuple(given.pop(name)) for name in ("industries", "minerals", "methods", "scales")
        }
        return Draft(
            **given, **listed, participants=tuple(part.strip() for part in parts if part.strip()), enterprise=enterprise
        )


class StageForm(forms.Form):
    """The next stage of a text."""

    stage = forms.ChoiceField(label=gettext_lazy("进入阶段"))
    stage_on = a_day(gettext_lazy("日期"))
    number = forms.CharField(label=gettext_lazy("标准编号"), max_length=100, required=False)
    title = forms.CharField(label=gettext_lazy("正式名称"), max_length=300, required=False)
    source = forms.CharField(label=gettext_lazy("依据"), max_length=500, help_text=gettext_lazy("公告或文件名称"))

    def __init__(self, *args: Any, stages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, STAGES[code][language()]) for code in stages]
        self.fields["stage"].choices = choices  # type: ignore[attr-defined]


class UseForm(forms.Form):
    """A mine takes an enterprise standard up."""

    mine = forms.ChoiceField(label=gettext_lazy("矿山"))
    since = a_day(gettext_lazy("自何日采用"))

    def __init__(self, *args: Any, mines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mine"].choices = mines  # type: ignore[attr-defined]


class ChecklistForm(forms.Form):
    """A checklist, one item a line."""

    items = forms.CharField(
        label=gettext_lazy("检查项"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("一行一项：编号 | 内容；编号可省"),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("文本来源"), max_length=500)

    def listed(self) -> list[dict[str, str]]:
        """The items."""
        found = []
        for line in filter(None, (one.strip() for one in self.cleaned_data["items"].splitlines())):
            number, bar, words = line.partition("|")
            found.append({"number": number.strip() if bar else "", "zh": (words if bar else number).strip()})
        return found


class ModeForm(forms.Form):
    """Why a mine is worked as it is."""

    reason = forms.CharField(
        label=gettext_lazy("选择理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("与其他开采方式相比，对环境的破坏如何"),
    )  # fmt: skip
