"""Web: the desks (工作台). A view parses, makes one call and renders; what may be seen is scoped by the person's memberships.

The desks do not know each other; what they share on screen stands in `components`.
"""
