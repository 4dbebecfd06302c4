"""The third party's desk (评估机构): engagements, team, desk review, site pack, report."""
