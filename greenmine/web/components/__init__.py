"""Components: what all desks share on screen. The frame of every page, menus, languages, small pieces."""
