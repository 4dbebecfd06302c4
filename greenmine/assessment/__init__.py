"""Assessment (自评与评估): one party's account of a mine against an indicator set, item by item, with its evidence.

Serves cn-2024-1 art. 7 and 13. An enterprise's self-assessment (自评), a third party's assessment and a re-check have one
shape and are never merged; `law.indicators` scores them, this room keeps answers, history, evidence and what was signed.

What happens (`assessment.actions`), every refusal a CannotAssess or NotAllowed with zh and en:
    open_self(mine_key, *, by, organisation, on, standard_id=None, from_last=True) -> Assessment
    open_for_engagement(engagement_number, mine_key, *, party, standard_id, by, organisation, on) -> Assessment
    answer(assessment, indicator, Draft(state, score, met, comment, reason, effort), *, seen, by, on) -> Saved(item, result, flags)
        Overtaken (a CannotAssess) carries `current` (what stands) and `draft` (what was not written, kept in the history)
    attach(assessment, indicator, *, need="", provenance=None, upload=None, fact="", dated_on=None, version_text="", by, on)
    detach(link, *, by, on)
    acknowledge(assessment, fingerprint, *, reason, by, on)
    submit(assessment, *, agreed, by, on, organisation=None) · withdraw(assessment, *, by, on)
    return_(assessment, reasons, *, by, organisation, on)      reasons: [{"indicator": id or "", "text": …}]
    preview_move(assessment, to_id) -> Carried · weigh_move(…, on=) with both results · move(assessment, to_id, *, by, on) · undo_move(assessment, *, by, on)
    targets_of(assessment) · preview_share(assessment, indicators, numbers, *, by, on) -> [Shared] · share(…the same…, seen=) -> [Shared]
    remind(edition, *, on) in `tasks`: the periodic duty
What can be asked (`assessment.queries`):
    assessments_for(person, on=) · get(number) · view_of(assessment, on=) -> View(items, result, flags, …) · answers_of · result_of
    frozen_of(assessment) -> dict · gaps · advice · flags · score_change(mine) · by_heading(view) · stage_checklists(view) · compare(assessment, other)
    compare_parties(mine, year) · old_to_new(mine, to_id, on=) · history(assessment, indicator) · reusable_evidence(assessment, indicator)
    gates_preview(mine_key, on=) · removal_risk(mine_key, on=) · overdue(…); `actions.commitment_text()`
A workbook goes out and comes in by `assessment.workbook`: write(assessment) -> bytes, preview(assessment, content) -> Preview,
    apply(assessment, preview, *, by, on).
"""
