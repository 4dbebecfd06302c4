"""Words of the public pages that are not in a template: what the parts of a statement are called, and what is plain in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

LABELS: Mapping[str, Any] = {
    "after": _("变更后"), "answer": _("答复"), "application": _("申报编号"), "authority": _("主管部门"), "basis": _("依据"),
    "batch": _("批次"), "before": _("变更前"), "benefits": _("相关政策"), "case": _("办理编号"), "category": _("类别"),
    "certificate_number": _("证书编号"), "cite": _("依据条款"), "clause": _("条款"), "closed": _("未通过的核验项"),
    "conditions": _("条件"), "contact": _("联系方式"), "content": _("内容"), "counts": _("数量"), "county": _("所在县"),
    "credit_code": _("统一社会信用代码"), "days": _("天数"), "decided_on": _("决定日期"), "decision": _("决定"),
    "decision_number": _("决定文号"), "department": _("部门"), "dimensions": _("各维度"), "document": _("文件"), "due_on": _("期限"),
    "edition": _("规则版本"), "entered_on": _("纳入日期"), "entry": _("名录编号"), "entry_number": _("名录编号"),
    "explanation": _("说明"), "finding": _("判定"), "findings": _("判定"), "form": _("形式"), "from": _("自"), "from_on": _("起始日"),
    "gate": _("关口"), "ground": _("情形"), "grounds": _("情形"), "holder": _("采矿权人"), "holder_after": _("变更后采矿权人"),
    "holder_before": _("变更前采矿权人"), "kind": _("类别"), "level": _("层级"), "lines": _("逐项"), "measures": _("措施"),
    "mine": _("矿山编号"), "mine_name": _("矿山"), "mines": _("矿山名单"), "mineral": _("矿种"), "missing": _("缺少的资料"),
    "name": _("名称"), "name_after": _("变更后名称"), "name_before": _("变更前名称"), "notice": _("公示编号"), "number": _("编号"),
    "objection": _("异议编号"), "objections": _("异议"), "office": _("单位"), "on": _("日期"), "open": _("通过"),
    "opinions": _("部门意见"), "outcome": _("结果"), "owner": _("名录管理单位"), "paper": _("文书"), "pass": _("通过"),
    "percentage": _("比例"), "period": _("期间"), "place": _("所在地"), "plan": _("建设计划"), "points": _("得分"),
    "progress": _("进展"), "provision": _("条款"), "provisions": _("条款"), "question": _("申请更正的内容"), "readings": _("程序口径"),
    "reason": _("理由"), "reasons": _("理由"), "recommendation": _("推荐"), "rectification": _("整改"), "region": _("地区"),
    "region_code": _("行政区划代码"), "removal": _("移出"), "restored": _("已修复"), "disturbed": _("占用损毁"), "area": _("面积"),
    "areas": _("面积"), "result": _("拟认定结果"), "results": _("结果"), "rule": _("规则"), "rules": _("规则"), "scale": _("规模"),
    "score": _("满分"), "served_on": _("送达日期"), "since": _("自"), "stage": _("环节"), "standard": _("评价标准"), "state": _("状态"),
    "statement": _("公开信息编号"), "step": _("步骤"), "summary": _("摘要"), "term": _("期限"), "text": _("内容"), "tier": _("层级"),
    "title": _("标题"), "to": _("至"), "unit": _("单位"), "until": _("至"), "until_on": _("截止日"), "value": _("数值"),
    "verdict": _("意见"), "votes_against": _("反对票"), "votes_for": _("赞成票"), "what": _("事项"), "why": _("原因"),
    "wording": _("文字"), "correction": _("更正"), "year": _("年度"), "key": _("矿山编号"), "judgement": _("判断"),
    "digest": _("摘要值"), "agreed": _("同意"), "disagreed": _("不同意"), "proposal": _("建议"), "closing": _("截止"),
    "label": _("项目"), "withdrawn": _("撤回"),
}  # fmt: skip
# Codes that stand in bodies as they are kept.
CODES: Mapping[str, Any] = {
    "provincial": _("省级"), "national": _("国家级"), "league": _("盟市"), "county": _("县级"), "city": _("市州级"),
    "province": _("省级"), "ministry": _("国家级"), "listed": _("在册"), "rectifying": _("整改中"), "changing": _("变更核实中"),
    "removed": _("已移出"), "ended": _("已终止"), "notice": _("公示"), "upheld": _("异议成立"), "not_upheld": _("异议不成立"),
    "agree": _("同意"), "disagree": _("不同意"), "supplement": _("需补充"), "late": _("逾期未反馈"), "given": _("已反馈"),
    "open": _("通过"), "closed": _("未通过"), "stops": _("不符合"), "unknown": _("待核实"), "stale": _("资料过期"),
    "risk": _("风险提示"), "fine": _("符合"), "met": _("符合"), "breached": _("不符合"), "not_due": _("未到期"),
    "not_applicable": _("不适用"), "true": _("是"), "false": _("否"),
    "plan": _("建设计划"), "progress": _("建设进展"), "restoration": _("边开采边修复"),
}  # fmt: skip
