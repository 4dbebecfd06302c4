"""What operators fill in; every field says in plain words what belongs there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greenmine.accounts.vocabulary import Department, Kind, Level

LARGEST_FILE = 5 * 1024 * 1024


def a_day(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen in the browser's calendar or typed as 2026-11-20."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


class EffectiveDayForm(forms.Form):
    """The effective day of a document that does not name it, with its source."""

    prefix = "day"
    instrument = forms.ChoiceField(label=gettext_lazy("文件"))
    day = a_day(gettext_lazy("施行日期"))
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=500, help_text=gettext_lazy("发布网页、印发通知的文号和日期等")
    )

    def __init__(self, *args: Any, instruments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].choices = instruments  # type: ignore[attr-defined]


class ConfirmationForm(forms.Form):
    """A reading by default that is settled: which rule, why, by which paper, on which day."""

    prefix = "confirm"
    rule = forms.ChoiceField(label=gettext_lazy("规则"))
    settles = forms.ChoiceField(
        label=gettext_lazy("确认什么"),
        choices=[("reading", gettext_lazy("按默认口径执行")), ("yields", gettext_lazy("不因另有规定而让位"))],
    )
    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}))
    document = forms.CharField(
        label=gettext_lazy("依据文件"), max_length=300, help_text=gettext_lazy("法制审核意见的文号和名称")
    )
    day = a_day(gettext_lazy("确认日期"))

    def __init__(self, *args: Any, rules: list[tuple[str, str]], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """A confirmation has happened."""
        day: date = self.cleaned_data["day"]
        if day > self.on:
            raise forms.ValidationError(_("确认日期不能晚于今天。"))
        return day


class ReplacedFileForm(forms.Form):
    """A file of values that takes the place of the shipped one, or a new one beside it."""

    prefix = "file"
    path = forms.RegexField(
        r"^values/[a-z0-9_/-]+\.(yaml|csv)$",
        label=gettext_lazy("路径"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "shipped-files", "placeholder": "values/calendars/2027.yaml"}),
        help_text=gettext_lazy("values/ 下的参数、目标或工作日历文件；已有的将被替换"),
        error_messages={"invalid": gettext_lazy("路径应形如 values/calendars/2027.yaml，只用小写字母、数字、横线。")},
    )
    file = forms.FileField(label=gettext_lazy("文件"), help_text=gettext_lazy("UTF-8 编码的 .yaml 或 .csv"))
    source = forms.CharField(label=gettext_lazy("来源"), max_length=500)

    def clean_file(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("文件超过 5 MB，参数文件不应如此之大，请核对。"))
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文件不是 UTF-8 编码，请另存为 UTF-8 后再上传。")) from None


class HistoryForm(forms.Form):
    """A region whose history is complete to a day."""

    region_code = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("行政区代码"),
        help_text=gettext_lazy("六位代码；省、市、县均可，包括其下全部地区"),
        error_messages={"invalid": gettext_lazy("请填写六位行政区代码，如 620422。")},
        widget=forms.TextInput(attrs={"list": "regions", "inputmode": "numeric"}),
    )
    to = a_day(gettext_lazy("完整至"))
    reason = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("由谁、以何种材料核对，确认名录、处罚、整改等历史数据没有遗漏"),
    )


class OrganisationForm(forms.Form):
    """A new organisation and its first administrator."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=Kind.choices)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=200, required=False)
    department = forms.ChoiceField(
        label=gettext_lazy("部门"),
        choices=[("", "—"), *Department.choices],
        required=False,
        help_text=gettext_lazy("仅主管部门"),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("层级"),
        choices=[("", "—"), *Level.choices],
        required=False,
        help_text=gettext_lazy("仅主管部门"),
    )
    division = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("行政区代码"),
        required=False,
        help_text=gettext_lazy("六位；主管部门和矿山企业必填"),
        error_messages={"invalid": gettext_lazy("请填写六位行政区代码，如 620422。")},
    )
    credit_code = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18, required=False)
    enterprise = forms.CharField(
        label=gettext_lazy("登记的采矿权人编号"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("矿山企业：E 开头的永久编号"),
    )
    admin_name = forms.CharField(label=gettext_lazy("首位管理员姓名"), max_length=100)
    username = forms.RegexField(
        r"^[a-z0-9_.-]{3,64}$",
        label=gettext_lazy("管理员登录名"),
        help_text=gettext_lazy("小写字母、数字、点、横线，至少 3 位"),
        error_messages={"invalid": gettext_lazy("登录名只用小写字母、数字、点、横线，至少 3 位。")},
    )

    def clean(self) -> dict[str, Any]:
        """An authority has a department, a level and a division; an enterprise a division."""
        given: dict[str, Any] = super().clean() or {}
        needed = {Kind.AUTHORITY: ("department", "level", "division"), Kind.ENTERPRISE: ("division", "credit_code")}
        for name in needed.get(given.get("kind", ""), ()):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("该类型的单位必须填写此项。"))
        if given.get("kind") != Kind.AUTHORITY:
            given["department"] = given["level"] = ""
        if given.get("kind") != Kind.ENTERPRISE:
            given["enterprise"] = ""
        return given


class RecordsFilter(forms.Form):
    """Which acts are shown."""

    verb = forms.ChoiceField(label=gettext_lazy("行为"), required=False)
    kind = forms.RegexField(r"^[a-z_]*$", label=gettext_lazy("对象类别"), max_length=32, required=False)
    key = forms.CharField(label=gettext_lazy("对象编号"), max_length=64, required=False)
    since = a_day(gettext_lazy("自"), required=False)
    until = a_day(gettext_lazy("至"), required=False)

    def __init__(self, *args: Any, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("全部")), *((verb, verb) for verb in verbs)]  # type: ignore[attr-defined]
