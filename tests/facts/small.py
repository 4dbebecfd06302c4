"""A small law for tests: eight facts, one document without rules, and a few divisions."""

from greenmine.editions.loading import build

FACTS = """
- name: operating_status
  label: {zh: 生产状态, en: operating status}
  type: enum
  domain: {producing: {zh: 生产, en: producing}, suspended: {zh: 停产, en: suspended}}
  subject: mine
  stated_by: [county_nr, enterprise]
- name: designed_capacity
  label: {zh: 设计生产能力, en: capacity}
  type: decimal
  scale: 2
  max: 1000
  subject: mine
  stated_by: [county_nr, enterprise]
- name: region_code
  label: {zh: 行政区代码, en: division}
  type: division
  subject: mine
  stated_by: [county_nr, enterprise]
- name: mine_name
  label: {zh: 矿山名称, en: name}
  type: text
  subject: mine
  stated_by: [county_nr, enterprise]
- name: provincial_entry
  label: {zh: 省级名录, en: provincial entry}
  type: enum
  domain: {none: {zh: 未入, en: none}, listed: {zh: 在册, en: listed}}
  subject: mine
  kept_by: system
  stated_by: [system]
- name: provincial_entered_on
  label: {zh: 纳入日期, en: entered}
  type: date
  may_be_none: true
  subject: mine
  kept_by: system
  stated_by: [system]
- name: earliest_unperformed_penalty_due_on
  label: {zh: 最早未履行处罚到期日, en: earliest due}
  type: date
  may_be_none: true
  subject: mine
  stated_by: [market, county_nr]
  fold: {record: penalty, field: due_on, by: earliest_open}
- name: rnd_spend_ratio
  label: {zh: 研发占比, en: research share}
  type: decimal
  scale: 4
  max: 1
  subject: enterprise
  stated_by: [tax, enterprise]
- name: county_share
  label: {zh: 占比, en: share}
  type: decimal
  scale: 4
  max: 1
  subject: region
  stated_by: [county_nr]
"""
DIVISIONS = (
    "code,name,level,parent,from,to\n000000,全国,country,,,\n620000,甘肃省,province,000000,,\n"
    "620100,兰州市,prefecture,620000,,\n620102,城关区,county,620100,,\n530000,云南省,province,000000,,\n"
)
TEXTS = {"facts.yaml": FACTS, "values/divisions.csv": DIVISIONS, "standing.yaml": "{}"}


def small_edition():
    """The edition of the small law."""
    return build(TEXTS)
