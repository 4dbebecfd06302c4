"""The closed lists of accounts: kinds of organisation, departments, levels, roles. Chinese words as the offices use them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Kind(models.TextChoices):
    """What an organisation is."""

    AUTHORITY = "authority", _("主管部门")
    ENTERPRISE = "enterprise", _("矿山企业")
    AGENCY = "agency", _("第三方评估机构")
    OPERATOR = "operator", _("系统运行单位")


class Level(models.TextChoices):
    """Level of government."""

    MINISTRY = "ministry", _("国家级")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市州级")
    COUNTY = "county", _("县级")


class Department(models.TextChoices):
    """Line of government; the words are those by which facts name their sources."""

    NATURAL_RESOURCES = "natural_resources", _("自然资源")
    GOVERNMENT = "government", _("人民政府")
    ECOLOGY = "ecology", _("生态环境")
    EMERGENCY = "emergency", _("应急管理")
    FORESTRY = "forestry", _("林业和草原")
    WATER = "water", _("水行政")
    INDUSTRY = "industry", _("工业和信息化")
    ENERGY = "energy", _("能源")
    MARKET = "market", _("市场监管")
    FINANCE = "finance", _("财政")
    TAX = "tax", _("税务")
    SCI_TECH = "sci_tech", _("科技")
    DEV_REFORM = "dev_reform", _("发展改革")
    FIN_REGULATOR = "fin_regulator", _("金融监管")
    SECURITIES = "securities", _("证券监管")
    HUMAN_RESOURCES = "human_resources", _("人力资源社会保障")
    STATISTICS = "statistics", _("统计")
    SECURITY = "security", _("公安")


class Role(models.TextChoices):
    """What a person does in an organisation."""

    CLERK = "clerk", _("经办")
    REVIEWER = "reviewer", _("审核")
    DECIDER = "decider", _("签发")
    PUBLISHER = "publisher", _("公开发布")
    RECORDS = "records", _("档案")
    AUDITOR = "auditor", _("审计监督")
    ORG_ADMIN = "org_admin", _("单位管理员")
    OPERATOR = "operator", _("系统运维")


# From the decider upward a second factor is required: a signature binds others.
SECOND_FACTOR_ROLES = frozenset({Role.DECIDER, Role.PUBLISHER, Role.OPERATOR})


def role_words(role: str) -> tuple[str, str]:
    """A role in Chinese and in English, whatever the language of the page: what is recorded does not depend on it."""
    with override("zh-hans"):
        zh = str(Role(role).label)
    with override("en"):
        return zh, str(Role(role).label).lower()
