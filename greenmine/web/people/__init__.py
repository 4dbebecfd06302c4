"""People (人员): home, activation, to-dos, languages, and the people of one's own organisation. Open to every desk."""
