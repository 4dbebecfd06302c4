"""`python -m tests.api.describe`: write docs/reference/openapi.json from the code."""

from __future__ import annotations

import json
import os

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenmine.config.settings")
    import django

    django.setup()
    from greenmine.api.urls import v1
    from greenmine.config.environment import HERE

    text = json.dumps(v1.get_openapi_schema(), ensure_ascii=False, indent=1)
    (HERE / "docs" / "reference" / "openapi.json").write_text(text + "\n", encoding="utf-8")
