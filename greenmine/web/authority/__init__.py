"""The authority's desk (主管部门工作台): mines, imports, requests for missing facts, dashboard, and the rulebook browser."""
