"""Version 1: one file per resource. What a field means stands in the shapes; the committed openapi.json is made from them."""
